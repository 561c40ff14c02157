"""The care team's page: who is on it, one click to confirm, one lead; no name in any address."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bluering.coordination.models import Lead, TeamMember
from bluering.record.queries import ChartValue

pytestmark = pytest.mark.django_db


def visits(count: int) -> dict:
    """A chart with so many specialists."""
    rows = [
        {"source": "lakeside", "id": f"e{n}", "status": "finished", "class_code": "AMB", "participant_display": f"Dr Number{n}",
         "start_datetime": "2026-03-01"}
        for n in range(count)
    ]  # fmt: skip
    case = {
        "source": "plan",
        "id": "c",
        "status": "active",
        "care_manager_display": "Kim Soto, RN",
        "start_datetime": "2026-01-05",
    }
    return {
        "encounter": rows,
        "episode_of_care": [case],
        "coverage": [{"source": "plan", "id": "v", "status": "active", "payor_display": "Heartland Health Plan"}],
    }


@pytest.fixture
def seen(monkeypatch):
    def of(count: int) -> None:
        monkeypatch.setattr("bluering.record.queries.chart", lambda person_id: ChartValue(person_id, visits(count)))

    of(1)
    return of


def text(response) -> str:
    return response.content.decode()


def slug_beside(page: str, name: str) -> str:
    return page.split(f'aria-label="Change {name}"')[0].rsplit("/team/", 1)[1].partition("/")[0]


@pytest.fixture
def page(as_user, ana, walter, seen):
    browser = as_user(ana)
    return browser, f"/people/{walter}/team/"


def test_who_was_found_is_confirmed_by_one_click(page):
    browser, address = page
    shown = text(browser.get(address))
    assert "Dr Number0" in shown and "found, not confirmed" in shown and "Nobody has agreed who leads." in shown
    answer = browser.post(f"{address}{slug_beside(shown, 'Dr Number0')}/confirm/")
    assert answer.status_code == 302 and "Number0" not in answer["Location"]
    assert TeamMember.objects.get().name == "Dr Number0"
    assert "1 day in the last year" in shown or "Number0" in text(browser.get(address))


def test_somebody_is_put_right_and_the_ring_shows_it(page, walter):
    browser, address = page
    slug = slug_beside(text(browser.get(address)), "Dr Number0")
    form = {"name": "Dr. Ada Number", "kind": "specialist", "role": "cardiology", "channel": "fax", "phone": "555-0199"}
    assert browser.post(f"{address}{slug}/", form).status_code == 302
    shown = text(browser.get(address))
    assert "Dr. Ada Number" in shown and "best by fax" in shown and "555-0199" in shown
    assert "ring-tick-under" in text(browser.get(f"/people/{walter}/"))


def test_a_lead_from_outside_stands_at_the_head_of_every_page(page, walter):
    browser, address = page
    slug = slug_beside(text(browser.get(address)), "Kim Soto, RN")
    refused = browser.post(f"{address}lead/", {"who": slug})
    assert refused.status_code == 422 and "Say with whom it was agreed" in text(refused) and not Lead.objects.exists()
    assert browser.post(f"{address}lead/", {"who": slug, "agreed_with": "Kim, by phone"}).status_code == 302
    assert "lead: <strong>Kim Soto, RN</strong>" in text(browser.get(f"/people/{walter}/gaps/"))
    assert "Agreed with Kim, by phone" in text(browser.get(address))


def test_who_is_gone_can_be_brought_back_but_the_practices_own_cannot_be_sent_away(page):
    browser, address = page
    shown = text(browser.get(address))
    slug, ours = slug_beside(shown, "Dr Number0"), slug_beside(shown, "Ana Ruiz")
    assert browser.post(f"{address}{slug}/gone/", {"note": "moved"}).status_code == 302
    assert "Bring back" in text(browser.get(address))
    assert browser.post(f"{address}{ours}/gone/").status_code == 404


def test_somebody_who_is_not_on_the_team_is_not_found(page):
    browser, address = page
    for verb in ("", "confirm/", "gone/"):
        assert browser.post(f"{address}0123456789ab/{verb}").status_code == 404


def test_wrong_input_says_what_and_keeps_what_was_written(page):
    browser, address = page
    answer = browser.post(f"{address}add/", {"name": "", "kind": "dragon", "role": "driver"})
    said = text(answer)
    assert answer.status_code == 422 and "Write who it is." in said and 'value="driver"' in said


@pytest.mark.parametrize("wrong", ["ben", "cleo", "wen"])
@pytest.mark.parametrize("verb", ["add/", "lead/", "0123456789ab/", "0123456789ab/confirm/", "0123456789ab/gone/"])
def test_the_wrong_user_writes_nothing(as_user, request, walter, seen, wrong, verb):
    answer = as_user(request.getfixturevalue(wrong)).post(
        f"/people/{walter}/team/{verb}", {"name": "X", "kind": "clinic"}
    )
    assert answer.status_code == 403 and not TeamMember.objects.exists() and "Soto" not in text(answer)


def test_the_number_of_queries_does_not_grow_with_the_team(page, seen):
    browser, address = page
    counts = []
    for many in (2, 20):
        seen(many)
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert f"Dr Number{many - 1}" in text(browser.get(address))
        counts.append(len(queries))
    assert counts[0] == counts[1] < 30
