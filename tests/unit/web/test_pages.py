"""Each page renders for whom it is, refuses whom it is not for, and asks the database as often for 50 as for 5."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.coordination import actions
from bluering.coordination.models import Contact, Handoff, Panel
from bluering.population.models import Gap
from bluering.record.models import Visit

PERSON_PAGES = ("", "timeline/", "contacts/", "gaps/", "contact/", "handoff/", "assign/")
BEN_MAY_NOT = "You may not"


@pytest.fixture
def as_user(client):
    def log_in(user):
        client.force_login(user)
        return client

    return log_in


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("page", PERSON_PAGES)
def test_her_coordinator_opens_every_page_of_a_person(as_user, ana, walter, page):
    response = as_user(ana).get(f"/people/{walter}/{page}")
    assert response.status_code == 200 and "Walter" in text(response)


@pytest.mark.parametrize("page", PERSON_PAGES)
@pytest.mark.parametrize("wrong", ["ben", "cleo"])
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


def test_today_writes_down_whom_it_showed(as_user, ana, walter):
    as_user(ana).get("/")
    assert AuditEvent.objects.filter(user=ana, action="person.list.read", person_id=walter).count() == 1


def test_falling_through_is_twelve_and_then_all(as_user, ana, panel):
    panel(40)
    assert text(as_user(ana).get("/")).count("#gap-") == 12
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


def contact_of(**changes):
    said = {
        "mode": "phone", "reached": "yes", "whom": "person", "purpose": "After the discharge", "minutes": "12",
        "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    return {**said, **changes}


def test_a_contact_is_logged_for_its_gap(as_user, ana, walter):
    gap = Gap.objects.get(rule="discharge_without_contact")
    response = as_user(ana).post(f"/people/{walter}/contact/", contact_of(gap=gap.pk))
    assert (response.status_code, response["Location"]) == (302, f"/people/{walter}/")
    assert Contact.objects.get(purpose="After the discharge").gap_id == gap.pk


@pytest.mark.parametrize(
    ("came_from", "then"),
    [("http://testserver/?all=1#falling", "/"), ("http://elsewhere.example/x/", None), ("", None)],
)
def test_inside_the_dialog_the_page_follows_on_which_it_was_opened(as_user, ana, walter, came_from, then):
    headers = {"HX-Request": "true", "HX-Current-URL": came_from}
    response = as_user(ana).post(f"/people/{walter}/contact/", contact_of(), headers=headers)
    assert (response.status_code, response["HX-Redirect"]) == (204, then or f"/people/{walter}/")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"minutes": "900"}, "less than or equal to 600"), ({"purpose": ""}, "Say what it was about"),
     ({"at": "2999-01-01T08:00"}, "This lies in the future"), ({"reached": ""}, "Say whether somebody was reached"),
     ({"at": "yesterday"}, "Write day and time")],
)  # fmt: skip
def test_a_contact_that_cannot_be_used_is_answered_with_a_sentence(as_user, ana, walter, wrong, sentence):
    response = as_user(ana).post(f"/people/{walter}/contact/", contact_of(**wrong))
    assert response.status_code == 422 and sentence in text(response)
    assert Contact.objects.count() == 1


def test_a_handoff_goes_from_draft_to_sent_and_moves_on(as_user, ana, dr, walter):
    said = {"kind": "question", "title": "Which dose?", "receiver": "Dr. Dunn", "send": "on"}
    as_user(ana).post(f"/people/{walter}/handoff/", said)
    handoff = Handoff.objects.get()
    assert (handoff.state, handoff.receiver_user) == ("sent", dr)
    assert "Which dose?" in text(as_user(dr).get("/"))
    as_user(dr).post(f"/handoffs/{handoff.pk}/", {"move": "accept"})
    handoff.refresh_from_db()
    assert handoff.state == "accepted"


def test_a_move_that_is_not_possible_is_answered_with_a_sentence(as_user, ana, walter):
    handoff = open_handoff(ana, walter)
    response = as_user(ana).post(f"/handoffs/{handoff.pk}/", {"move": "close"})
    assert response.status_code == 422 and "Close is possible when" in text(response)


def test_the_board_shows_what_is_open(as_user, ana, walter):
    open_handoff(ana, walter)
    assert "Cardiology consult" in text(as_user(ana).get("/handoffs/"))


def test_somebody_else_moves_nothing(as_user, ana, ben, walter):
    response = as_user(ben).get(f"/handoffs/{open_handoff(ana, walter).pk}/")
    assert response.status_code == 403 and "Cardiology" not in text(response)


def open_handoff(by, person_id):
    return actions.open_handoff(
        person_id=person_id, kind="referral", title="Cardiology consult", sender="Maple", receiver="Lakeside", by=by
    )


def test_a_gap_is_set_aside_and_taken_up_again(as_user, ana, walter):
    gap = Gap.objects.get(rule="bp_above_target")
    later = (timezone.localdate() + timezone.timedelta(days=3)).isoformat()
    as_user(ana).post(f"/gaps/{gap.pk}/set-aside/", {"until": later, "reason": "She is away."})
    assert "Set aside until" in text(as_user(ana).get(f"/people/{walter}/gaps/"))
    as_user(ana).post(f"/gaps/{gap.pk}/resume/")
    gap.refresh_from_db()
    assert gap.state == "open"


def test_a_gap_is_not_set_aside_until_yesterday(as_user, ana, walter):
    gap = Gap.objects.get(rule="bp_above_target")
    response = as_user(ana).post(f"/gaps/{gap.pk}/set-aside/", {"until": "2020-01-01", "reason": "Away."})
    assert response.status_code == 422 and "Choose a day after today" in text(response)


def test_a_person_is_put_on_a_colleagues_panel(as_user, ana, ben, walter):
    as_user(ana).post(f"/people/{walter}/assign/", {"coordinator": "ben"})
    assert Panel.objects.get(person_id=walter, until=None).coordinator == ben


def test_finding_shows_ones_own_and_counts_the_others(as_user, ana, ben, walter):
    there = {"HX-Request": "true"}
    assert "Andrews, Walter" in text(as_user(ana).post("/find/", {"q": "andr"}, headers=there))
    found = text(as_user(ben).post("/find/", {"q": "andr"}, headers=there))
    assert "Walter" not in found and "1 more person" in found


def test_a_contact_away_from_a_person_asks_whom_first(as_user, ana, walter):
    assert "with whom?" in text(as_user(ana).get("/contact/"))
    assert f"/people/{walter}/contact/" in text(as_user(ana).post("/contact/found/", {"q": "walter"}))


def test_the_inbox_shows_where_but_not_what(as_user, cleo, ana, db):
    from bluering.intake.models import Load, Quarantine

    load = Load.objects.create(source="maple-ehr", summary={"loaded": {"Patient": 3}, "quarantined": 1})
    Quarantine.objects.create(
        load=load, source="maple-ehr", file="/in/andrews.json", line=7, reason="Not JSON", raw=b"Walter", digest="1"
    )
    for user, names_file in ((ana, True), (cleo, False)):
        said = text(as_user(user).get("/inbox/"))
        assert "Not JSON" in said and "line 7" in said and "Walter" not in said
        assert ("andrews.json" in said) is names_file


def test_reading_again_says_how_many_came_in(as_user, ana, monkeypatch):
    monkeypatch.setattr("bluering.pipeline.replay", lambda: None)
    response = as_user(ana).post("/inbox/replay/", follow=True)
    assert "0 pieces came in, 0 still wait" in text(response)


def test_every_component_is_in_the_gallery(as_user, cleo):
    said = text(as_user(cleo).get("/ui/"))
    assert "Cardiology visit within 2 weeks" in said and "Choose what happened." in said


def test_on_a_day_without_visits_the_next_ones_are_shown(as_user, ana, walter):
    Visit.objects.update(start=timezone.now() + timezone.timedelta(days=2))
    later = timezone.localdate() + timezone.timedelta(days=2)
    assert f"Coming in on {later:%A}" in text(as_user(ana).get("/"))
