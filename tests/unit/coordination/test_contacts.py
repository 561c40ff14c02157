"""Logging a contact."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.coordination.models import Contact
from bluering.errors import BadInput, Refusal


def test_a_contact_is_kept_with_who_logged_it(contact, ana):
    assert (contact().by, Contact.objects.count()) == (ana, 1)


@pytest.mark.parametrize("wrong", ["ben", "cleo"])
def test_the_wrong_user_logs_nothing(contact, wrong, request):
    with pytest.raises(Refusal):
        contact(by=request.getfixturevalue(wrong))
    assert not Contact.objects.exists()


def test_a_contact_is_audited_without_what_was_said(contact, person_id):
    kept = contact(note="worried about her rent")
    event = AuditEvent.objects.get()
    assert (event.action, event.person_id, event.detail) == ("contact.log", person_id, f"contact {kept.pk}")


def test_a_contact_may_be_about_a_gap(contact, person_id):
    assert contact(gap=SimpleNamespace(pk=5, person_id=person_id)).gap_id == 5


def test_a_gap_of_somebody_else_is_refused(contact):
    with pytest.raises(BadInput, match="gap"):
        contact(gap=SimpleNamespace(pk=5, person_id="somebody-else"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mode", "pigeon"),
        ("whom", "nobody"),
        ("minutes", -1),
        ("minutes", 601),
        ("purpose", " "),
        ("purpose", "x" * 121),
    ],
)
def test_what_cannot_be_used_is_named(contact, field, value):
    with pytest.raises(BadInput, match=field):
        contact(**{field: value})


def test_a_contact_in_the_future_is_refused(contact):
    with pytest.raises(BadInput, match="future"):
        contact(at=timezone.now() + timedelta(hours=1))


def test_a_moment_without_a_time_zone_is_refused(contact):
    with pytest.raises(BadInput, match="time zone"):
        contact(at=datetime(2026, 3, 2, 9))
