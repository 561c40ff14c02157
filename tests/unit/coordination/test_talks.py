"""The clock of a talk: one at a time, on when the page is closed, its minutes once; headings by training."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.access.models import User
from bluering.coordination import talks
from bluering.coordination.models import Contact, Talk
from bluering.coordination.note_templates import note_templates
from bluering.errors import BadInput, Refusal


def test_one_clock_at_a_time(ana, person_id):
    first = talks.start_talk(person_id=person_id, by=ana)
    assert talks.start_talk(person_id=person_id, by=ana) == first
    with pytest.raises(Refusal, match="minutes count once"):
        talks.start_talk(person_id="nobody-holds", by=ana)
    talks.stop_talk(by=ana)
    talks.stop_talk(by=ana)
    assert talks.running_talk(ana) is None
    assert talks.start_talk(person_id="nobody-holds", by=ana).pk != first.pk


def test_logging_the_contact_ends_it_once(ana, person_id, contact):
    talk = talks.start_talk(person_id=person_id, by=ana)
    made = contact(topics=["medicines", "ride", "medicines"])
    talk.refresh_from_db()
    assert talk.contact == made and talk.ended_at and made.topics == ["medicines", "ride"]
    again = contact()
    assert Talk.objects.filter(contact=again).count() == 0 and Contact.objects.count() == 2


def test_a_contact_with_somebody_else_leaves_it_running(ana, person_id, contact):
    talks.start_talk(person_id=person_id, by=ana)
    contact(person_id="nobody-holds")
    assert talks.running_talk(ana).person_id == person_id


def test_a_topic_nobody_knows(contact):
    with pytest.raises(BadInput, match="topics"):
        contact(topics=["weather"])


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 1), (59, 1), (60, 1), (61, 2), (600, 10)])
def test_minutes_begun(ana, person_id, seconds, minutes):
    talk = talks.start_talk(person_id=person_id, by=ana)
    assert talks.minutes_of(talk, talk.started_at + timedelta(seconds=seconds)) == minutes


def test_a_clock_that_was_forgotten_counts_nowhere(ana, person_id):
    talk = talks.start_talk(person_id=person_id, by=ana)
    Talk.objects.filter(pk=talk.pk).update(started_at=timezone.now() - talks.LONGEST - timedelta(minutes=1))
    assert talks.running_talk(ana) is None
    talk.refresh_from_db()
    assert talk.ended_at and talk.contact is None


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_nobody_else_starts_it(db, who, request, person_id, ana):
    with pytest.raises(Refusal):
        talks.start_talk(person_id=person_id, by=request.getfixturevalue(who))


@pytest.mark.parametrize(
    ("badge", "assesses"), [("RN", True), ("MD", False), ("LPN", False), ("LSW", False), ("CHW", False), ("MA", False)]
)
def test_who_does_not_assess_writes_what_was_seen(badge, assesses):
    found = {one.id: one.text for one in note_templates(User(role="coordinator", credential=badge))}
    assert set(found) == {"call", "home_from_hospital", "not_reached", "visit"}
    if badge != "MD":
        assert ("seen or heard" in found["home_from_hospital"]) != assesses
