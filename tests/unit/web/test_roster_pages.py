"""Payers' lists: counts for those who look after data, names and answers for coordinators, the same few queries for one as for many."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.rosters.models import Kind, Question, RosterMonth
from bluering.rosters.queries import Member

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def lists(monkeypatch):
    """Two months of one payer; the newer one looks cut off."""
    RosterMonth.objects.create(
        source="plan", month=date(2026, 10, 1), payer="Heartland", members=1840, added=12, dropped=3, attributed=920
    )
    monkeypatch.setattr(
        "bluering.rosters.queries.members",
        lambda *_, **__: [Member("f" * 32, "urn:hhp|M9", NOVEMBER, None, "Dr Busy"), Member(None, "urn:hhp|M77")],
    )
    return RosterMonth.objects.create(
        source="plan", month=NOVEMBER, payer="Heartland", members=400, dropped=1440, standing="held"
    )


def ask(person_id: str, kind: str = "dropped", **more) -> Question:
    return Question.objects.create(
        source="plan", person_id=person_id, kind=kind, since=NOVEMBER, seen_on=date(2026, 5, 3), **more
    )


@pytest.fixture
def coordinator(as_user, ana):
    return as_user(ana)


def test_a_list_that_looks_cut_off_is_said_and_waits_for_who_may_confirm_it(as_user, coordinator, cleo, lists):
    shown = text(coordinator.get("/rosters/"))
    assert "Heartland" in shown and "1,840" in shown and "looks cut off" in shown and "use it</button>" not in shown
    assert coordinator.post(f"/rosters/months/{lists.pk}/confirm/").status_code == 403
    browser = as_user(cleo)
    assert "use it</button>" in text(browser.get("/rosters/"))
    assert browser.post(f"/rosters/months/{lists.pk}/confirm/").status_code == 302
    lists.refresh_from_db()
    assert (lists.standing, lists.confirmed_by) == ("confirmed", cleo.username)


def test_administrators_see_counts_and_nobody_by_name(as_user, cleo, lists, walter):
    one, browser = ask(walter), as_user(cleo)
    assert '1</span> <span class="muted">question stands open' in text(browser.get("/rosters/"))
    for address in ("/rosters/queue/", f"/rosters/questions/{one.pk}/", "/rosters/lists/plan/2026-10/"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"/rosters/questions/{one.pk}/", {"answer": "ours"}).status_code == 403
    assert browser.post(f"/rosters/questions/{one.pk}/reopen/").status_code == 403


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_is_said_in_a_sentence_and_answered(coordinator, lists, walter, kind):
    one = ask(walter, kind, payer_says="Care Priority 68", we_say="minimal")
    shown = text(coordinator.get("/rosters/queue/"))
    assert "Andrews, Walter" in shown and 'aria-current="page"' in shown
    sheet = text(coordinator.get(f"/rosters/questions/{one.pk}/"))
    offers = [part.partition('"')[0] for part in sheet.split('name="answer" value="')[1:]]
    assert offers[-1] == "later" and len(offers) > 2
    assert (
        coordinator.post(f"/rosters/questions/{one.pk}/", {"answer": offers[0], "note": "by phone"}).status_code == 302
    )
    one.refresh_from_db()
    assert (one.state, one.answer, one.note, one.until) == ("answered", offers[0], "by phone", None)
    assert "by phone" in text(coordinator.get(f"/rosters/queue/?kind={kind}&state=answered"))
    assert AuditEvent.objects.filter(action="rosters.answer", person_id=walter).exists()


def test_an_answer_is_taken_back(coordinator, lists, walter):
    one = ask(walter, state="answered", answer="moved", answered_by="ana")
    assert "Take back" in text(coordinator.get("/rosters/queue/?kind=dropped&state=answered"))
    assert coordinator.post(f"/rosters/questions/{one.pk}/reopen/").status_code == 302
    one.refresh_from_db()
    assert (one.state, one.answer) == ("open", "")


def test_what_is_wrong_is_said_beside_its_field(coordinator, lists, walter):
    one, today = ask(walter), timezone.localdate()
    address = f"/rosters/questions/{one.pk}/"
    assert "Choose what is so." in text(coordinator.post(address, {}))
    assert coordinator.post(address, {"answer": "watch"}).status_code == 422, "this kind has no such answer"
    late = coordinator.post(address, {"answer": "later", "until": today.isoformat()})
    assert late.status_code == 422 and "Choose a day after today" in text(late)
    assert "Choose the day on which it comes back" in text(coordinator.post(address, {"answer": "later"}))
    assert (
        coordinator.post(address, {"answer": "later", "until": (today + timedelta(days=9)).isoformat()}).status_code
        == 302
    )
    assert coordinator.get("/rosters/questions/999/").status_code == 404
    assert "List and practice agree" in text(coordinator.get("/rosters/queue/?kind=nothing&state=gone&source=nobody"))


def test_a_person_on_a_colleagues_panel_is_named_and_not_opened(coordinator, lists, person, ben):
    from bluering.coordination.models import Panel

    other = person("e" * 32, "Okafor", "Chidi")
    Panel.objects.create(person_id=other, coordinator=ben, since=NOVEMBER, reason="test")
    ask(other)
    shown = text(coordinator.get("/rosters/queue/"))
    assert "Okafor, Chidi" in shown and f"/people/{other}/" not in shown
    assert AuditEvent.objects.filter(action="person.list.read", person_id=other).exists()


def test_members_of_a_month_are_named_and_those_nobody_knows_stand_by_number(coordinator, lists, person):
    person("f" * 32, "Hale", "Ruth")
    shown = text(coordinator.get("/rosters/lists/plan/2026-10/"))
    assert "Hale, Ruth" in shown and "M77" in shown and "Name not known" in shown and "Dr Busy" in shown
    for address in ("/rosters/lists/plan/2026-09/", "/rosters/lists/plan/soon/", "/rosters/lists/other/2026-10/"):
        assert coordinator.get(address).status_code == 404
    assert coordinator.get("/rosters/lists/plan/2026-10/?show=wrong&from=x").status_code == 200


def test_a_hundred_questions_take_as_many_queries_as_one(coordinator, lists, person):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert coordinator.get("/rosters/queue/?kind=dropped").status_code == 200
        return len(caught)

    ask(person("0" * 32))
    queries()
    few = queries()
    for number in range(1, 60):
        ask(person(f"{number:032x}"))
    assert queries() == few
