"""Each page renders for whom it is, refuses whom it is not for, and asks the database as often for 50 as for 5."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.coordination.models import Panel
from bluering.population.models import Gap
from bluering.record.models import Visit

PERSON_PAGES = (
    "",
    "timeline/",
    "contacts/",
    "gaps/",
    "team/",
    "team/add/",
    "team/lead/",
    "contact/",
    "handoff/",
    "assign/",
)
BEN_MAY_NOT = "You may not"


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("page", PERSON_PAGES)
def test_her_coordinator_opens_every_page_of_a_person(as_user, ana, walter, page):
    response = as_user(ana).get(f"/people/{walter}/{page}")
    assert response.status_code == 200 and "Walter" in text(response)


@pytest.mark.parametrize("page", PERSON_PAGES)
@pytest.mark.parametrize("wrong", ["ben", "cleo", "wen"])
def test_the_wrong_user_reads_a_sentence_and_no_name(as_user, request, walter, page, wrong):
    response = as_user(request.getfixturevalue(wrong)).get(f"/people/{walter}/{page}")
    assert response.status_code == 403 and BEN_MAY_NOT in text(response)
    assert "Walter" not in text(response) and "Andrews" not in text(response)


@pytest.mark.parametrize("page", PERSON_PAGES)
def test_opening_a_person_is_written_down(as_user, ana, walter, page):
    as_user(ana).get(f"/people/{walter}/{page}")
    assert AuditEvent.objects.filter(user=ana, action="person.read", person_id=walter).count() == 1


def test_a_refused_page_is_no_read(as_user, ben, walter):
    as_user(ben).get(f"/people/{walter}/")
    assert not AuditEvent.objects.filter(action="person.read").exists()


def test_nobody_opens_anything_without_a_log_in(client, walter):
    for page in ("/", "/patients/", "/handoffs/", "/inbox/", f"/people/{walter}/"):
        assert client.get(page).status_code == 302


def test_a_gap_says_why_and_offers_what_bridges_it(as_user, ana, walter):
    said = text(as_user(ana).get(f"/people/{walter}/"))
    gap = Gap.objects.get(rule="discharge_without_contact")
    assert "Because it was due." in said and "Maple EHR" in said
    assert f"/people/{walter}/contact/?gap={gap.pk}" in said


def test_the_need_says_what_it_is_made_of(as_user, ana, walter):
    said = text(as_user(ana).get(f"/people/{walter}/gaps/"))
    assert "extensive" in said and "Six medicines" in said and "Language is not known." in said


def test_the_timeline_shows_only_what_was_asked_for(as_user, ana, walter):
    assert "Weight" in text(as_user(ana).get(f"/people/{walter}/timeline/?show=work"))
    assert "Weight" not in text(as_user(ana).get(f"/people/{walter}/timeline/?show=visits"))


def test_today_shows_a_coordinator_her_morning(as_user, ana, walter):
    said = text(as_user(ana).get("/"))
    assert "1 of 1 visit is yours" in said and "Call is due today" in said
    assert "Title of bp_above_target" in said


def test_today_shows_a_clinician_her_own_visits(as_user, dr, walter):
    said = text(as_user(dr).get("/"))
    assert "Andrews, Walter" in said and "Your visits today" in said


def test_today_shows_an_administrator_counts_and_nobody(as_user, cleo, walter):
    said = text(as_user(cleo).get("/"))
    assert "Open gaps by rule" in said and "Andrews" not in said


def test_a_data_steward_begins_with_data(as_user, wen, walter):
    assert as_user(wen).get("/")["Location"] == "/data/"


def test_today_writes_down_whom_it_showed(as_user, ana, walter):
    as_user(ana).get("/")
    assert AuditEvent.objects.filter(user=ana, action="person.list.read", person_id=walter).count() == 1


def test_falling_through_is_seven_and_then_all(as_user, ana, panel):
    panel(40)
    assert text(as_user(ana).get("/")).count("#gap-") == 7
    assert text(as_user(ana).get("/?all=1")).count("#gap-") == 20


def test_an_administrator_has_no_patients(as_user, cleo, walter):
    assert as_user(cleo).get("/patients/").status_code == 403
    assert as_user(cleo).get("/handoffs/").status_code == 403


@pytest.mark.parametrize("page", ["/", "/patients/"])
def test_the_number_of_queries_does_not_grow_with_the_panel(as_user, ana, panel, page):
    counts = []
    for count, start in ((5, 0), (45, 5)):
        panel(count, start)
        as_user(ana).get(page)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert as_user(ana).get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40


@pytest.mark.parametrize(
    ("asked", "found"),
    [({}, 5), ({"q": "okafor"}, 1), ({"q": "3/9/1951"}, 5), ({"q": "nobody"}, 0), ({"show": "quiet"}, 5),
     ({"show": "clear"}, 0), ({"show": "gaps"}, 5), ({"need": "0"}, 5), ({"need": "3"}, 0)],
)  # fmt: skip
def test_patients_are_narrowed(as_user, ana, panel, asked, found):
    Panel.objects.all().delete()
    panel(5)
    response = as_user(ana).post("/patients/", asked, headers={"HX-Request": "true"})
    assert text(response).count('<th scope="row">') == found


@pytest.mark.parametrize(("sort", "first"), [("name", "Abara"), ("-name", "Okafor"), ("rubbish", "Abara")])
def test_patients_are_sorted(as_user, ana, panel, sort, first):
    panel(5)
    said = text(as_user(ana).post("/patients/", {"sort": sort}))
    names = [part.split("</a>")[0].split(">")[-1] for part in said.split('<th scope="row">')[1:]]
    assert names[0].startswith(first) or sort == "rubbish"


def test_finding_shows_ones_own_and_counts_the_others(as_user, ana, ben, walter):
    there = {"HX-Request": "true"}
    assert "Andrews, Walter" in text(as_user(ana).post("/find/", {"q": "andr"}, headers=there))
    found = text(as_user(ben).post("/find/", {"q": "andr"}, headers=there))
    assert "Walter" not in found and "1 more person" in found


def test_a_contact_away_from_a_person_asks_whom_first(as_user, ana, walter):
    assert "with whom?" in text(as_user(ana).get("/contact/"))
    assert f"/people/{walter}/contact/" in text(as_user(ana).post("/contact/found/", {"q": "walter"}))


def test_every_component_is_in_the_gallery(as_user, cleo):
    said = text(as_user(cleo).get("/ui/"))
    assert "Cardiology visit within 2 weeks" in said and "Choose what happened." in said


def test_on_a_day_without_visits_the_next_ones_are_shown(as_user, ana, walter):
    Visit.objects.update(start=timezone.now() + timezone.timedelta(days=2))
    later = timezone.localdate() + timezone.timedelta(days=2)
    assert f"Coming in on {later:%A}" in text(as_user(ana).get("/"))
