"""Data and Sources: who may look, who may change, what is drawn, and figures that a failing gate blocks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bluering.intake.models import Load
from bluering.quality import gates, hours, ledger
from bluering.quality.models import DataGap, GateResult, Source, SourceHour, UnmappedCode
from bluering.web import gallery, news, sources_view

PAGES = ("/data/", "/sources/", "/sources/lab/")


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def lab(db) -> Source:
    """A source with a load, a code that nobody can read, and a gap."""
    Load.objects.create(source="lab", summary={"loaded": {"Observation": 5}}, finished_at=timezone.now())
    hours.refresh()
    UnmappedCode.objects.create(
        source="lab",
        table="observation",
        system="local",
        code="A1C",
        text="Hemoglobin A1c",
        count=3,
        first_seen=timezone.now(),
    )
    ledger.reconcile("source_silent", {"lab": (timezone.now(), "Nothing has come for 3 h.")}, "It came.")
    return Source.objects.get()


@pytest.mark.parametrize("who", ["wen", "cleo"])
@pytest.mark.parametrize("page", PAGES)
def test_data_stewards_and_administrators_look(as_user, request, lab, who, page):
    said = text(as_user(request.getfixturevalue(who)).get(page))
    assert "Lab" in said


@pytest.mark.parametrize("wrong", ["ana", "dr"])
@pytest.mark.parametrize("page", [*PAGES, "/sources/lab/describe/", "/data/gaps/1/set-aside/"])
def test_people_work_does_not(as_user, request, lab, wrong, page):
    response = as_user(request.getfixturevalue(wrong)).get(page)
    assert response.status_code == 403 and "A1C" not in text(response)


@pytest.mark.parametrize("page", ["/sources/none/", "/sources/none/describe/", "/data/gaps/999/set-aside/"])
def test_what_does_not_exist_is_not_found(as_user, wen, page):
    assert as_user(wen).get(page).status_code == 404


def test_data_shows_gaps_gates_reasons_and_new_codes(as_user, wen, lab):
    said = text(as_user(wen).get("/data/"))
    assert "Nothing has come for 3 h." in said and "Hemoglobin A1c" in said and ">new<" in said
    assert all(gate.title in said for gate in gates.load_gates()) and "not looked at yet" in said


def test_a_source_is_described(as_user, wen, lab):
    said = {"title": "Lakeside Lab", "steward": wen.pk, "silent_after": "90", "notes": "Call Lou."}
    response = as_user(wen).post("/sources/lab/describe/", said, follow=True)
    lab.refresh_from_db()
    assert (lab.title, lab.steward, lab.silent_after, lab.notes) == ("Lakeside Lab", wen, 90, "Call Lou.")
    assert "Lakeside Lab" in text(response) and "Call Lou." in text(response)


@pytest.mark.parametrize("minutes", ["0", "x", "999999"])
def test_minutes_that_are_none_are_answered_with_a_sentence(as_user, wen, lab, minutes):
    response = as_user(wen).post("/sources/lab/describe/", {"silent_after": minutes})
    assert response.status_code == 422 and "field-error" in text(response)


def test_nobody_but_a_data_steward_minds_a_source(as_user, wen, ana, lab):
    as_user(wen).post("/sources/lab/describe/", {"steward": ana.pk})
    lab.refresh_from_db()
    assert lab.steward is None


def test_a_gap_of_data_is_set_aside_with_a_day_and_a_reason(as_user, wen, lab):
    gap, later = DataGap.objects.get(), (timezone.localdate() + timedelta(days=3)).isoformat()
    page = f"/data/gaps/{gap.pk}/set-aside/"
    assert as_user(wen).post(page, {"until": "2020-01-01", "reason": "x"}).status_code == 422
    said = text(as_user(wen).post(page, {"until": later, "reason": "The lab moves house."}, follow=True))
    assert "The lab moves house." in said and "Set aside until" in said


@pytest.mark.parametrize(("blocks", "shown"), [((), True), (("gaps",), False)])
def test_a_failing_gate_blocks_the_figures_built_on_it_visibly(as_user, cleo, walter, monkeypatch, blocks, shown):
    gate = gates.Gate("g", "The same fact twice", "It counts too much.", "", 0.1, blocks, "")
    monkeypatch.setattr(gates, "load_gates", lambda: (gate,))
    GateResult.objects.create(
        gate="g", at=timezone.now(), since=timezone.now(), value=0.5, limit=0.1, found=1, total=2, passed=False
    )
    said = text(as_user(cleo).get("/"))
    assert ("High blood pressure" in said or "blood pressure" in said.lower()) is shown
    assert ("/data/#gate-g" in said and "has failed since" in said) is not shown


def test_visits_are_blocked_too(as_user, cleo, walter, monkeypatch):
    assert "1 visit today" in text(as_user(cleo).get("/"))
    gate = gates.Gate("g", "Dates", "They cannot be.", "", 0.1, ("visits",), "")
    monkeypatch.setattr(gates, "load_gates", lambda: (gate,))
    GateResult.objects.create(
        gate="g", at=timezone.now(), since=timezone.now(), value=0.5, limit=0.1, found=1, total=2, passed=False
    )
    said = text(as_user(cleo).get("/"))
    assert "1 visit today" not in said and "Not shown" in said


@pytest.mark.parametrize("page", PAGES)
def test_the_number_of_queries_does_not_grow(as_user, wen, lab, page):
    counts, now = [], timezone.now().replace(minute=0, second=0, microsecond=0)
    client = as_user(wen)
    for start, end in ((0, 3), (3, 30)):
        for number in range(start, end):
            Source.objects.create(name=f"s{number}", last_at=now)
            SourceHour.objects.create(source=f"s{number}", hour=now, messages=4)
            UnmappedCode.objects.create(source="lab", table="t", code=str(number), count=1, first_seen=now)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 30


def test_an_open_page_of_data_hears_of_gaps_and_loads(as_user, wen, ana, lab):
    def status(since, user):
        return as_user(user).get("/pulse/", {"since": str(since), "about": "data"}).status_code

    since = news.newest()
    assert status(since, wen) == 204
    ledger.reconcile("source_silent", {}, "It came.")
    assert status(since, wen) == 200 and status(since, ana) == 204
    since = news.newest()
    Load.objects.create(source="lab", finished_at=timezone.now())
    assert status(since, wen) == 200


def test_bars_are_as_high_as_what_came_and_show_what_is_usual():
    bars = gallery.hours()
    assert len(bars.bars) == 48
    assert bars.bars[-1].height == 0 and bars.bars[-1].usual_y is not None, "nothing came, something is usual"
    assert all(bar.y >= 0 and bar.y + bar.height <= bars.height + 0.1 for bar in bars.bars)
    assert "are usual" in bars.says


def test_a_source_without_any_hour_is_drawn_flat():
    bars = sources_view.draw({}, "files", datetime(2026, 3, 19, tzinfo=UTC))
    assert {bar.height for bar in bars.bars} == {0} and bars.says == "0 resources in the last 48 hours, 0 are usual"
