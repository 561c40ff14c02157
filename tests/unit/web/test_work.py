"""Forms of the web room: what is sent is done, what cannot be used is answered with a sentence."""

import pytest
from django.utils import timezone

from bluering.coordination import actions
from bluering.coordination.models import Contact, Handoff, Panel
from bluering.population.models import Gap


def text(response) -> str:
    return response.content.decode()


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
