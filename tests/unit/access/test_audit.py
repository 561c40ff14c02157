"""The audit trail: appended, never changed, and a change shows."""

import pytest
from django.db import DatabaseError, connection, transaction

from bluering.access import audit
from bluering.access.models import AuditEvent, AuditSeal


def raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def sealed(ana, *actions: str) -> AuditSeal:
    for action in actions:
        audit.record(ana, action, "p1")
    return audit.seal()


def test_an_event_says_who_what_whom_and_through_which_door(ana):
    with audit.through("web 10.0.0.7"):
        event = audit.record(ana, "person.read", "p1", "chart")
    assert (event.user, event.action, event.person_id, event.where, event.detail) == (
        ana, "person.read", "p1", "web 10.0.0.7", "chart",
    )  # fmt: skip


def test_the_door_is_forgotten_afterwards(ana):
    with audit.through("web 10.0.0.7"):
        pass
    assert audit.record(ana, "person.read", "p1").where == ""


def test_recording_is_one_insert(ana, django_assert_num_queries):
    with django_assert_num_queries(1):
        audit.record(ana, "person.read", "p1")


def test_recording_many_is_one_insert(ana, django_assert_num_queries):
    with django_assert_num_queries(1):
        audit.record_many(ana, "person.read", [f"p{n}" for n in range(40)])


def test_an_event_goes_when_its_transaction_does(ana):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record(ana, "contact.log", "p1")
        raise ZeroDivisionError
    assert not AuditEvent.objects.exists()


def test_reads_of_a_person_are_newest_first_and_only_reads(ana, dr):
    audit.record(ana, "person.read", "p1")
    audit.record(ana, "contact.log", "p1")
    audit.record(dr, "person.read", "p1")
    audit.record(dr, "person.read", "p2")
    assert [event.user for event in audit.reads_of("p1")] == [dr, ana]


def test_an_event_cannot_be_saved_again(ana):
    event = audit.record(ana, "person.read", "p1")
    with pytest.raises(TypeError):
        event.save()


def test_an_event_cannot_be_deleted(ana):
    with pytest.raises(TypeError):
        audit.record(ana, "person.read", "p1").delete()


@pytest.mark.parametrize("change", [lambda rows: rows.update(action="x"), lambda rows: rows.delete()])
def test_events_cannot_be_changed_in_bulk(ana, change):
    with pytest.raises(TypeError):
        change(AuditEvent.objects.all())


def test_the_database_refuses_a_change_from_outside_the_models(ana):
    audit.record(ana, "person.read", "p1")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        raw("UPDATE access_auditevent SET action = 'x'")


def test_an_untouched_trail_is_intact(ana):
    sealed(ana, "person.read", "contact.log")
    sealed(ana, "person.read")
    report = audit.verify_chain()
    assert (report.intact, report.sealed, report.unsealed) == (True, 3, 0)


def test_what_came_after_the_last_seal_is_counted(ana):
    sealed(ana, "person.read")
    audit.record(ana, "person.read", "p1")
    assert audit.verify_chain().unsealed == 1


def test_sealing_nothing_new_makes_no_seal(ana):
    sealed(ana, "person.read")
    assert audit.seal() is None


def test_the_newest_digest_is_the_last_seals(ana):
    assert audit.verify_chain().newest_digest == audit.ORIGIN
    assert sealed(ana, "person.read").digest == audit.verify_chain().newest_digest


@pytest.fixture
def trail(ana):
    """Two seals, with the database's own protection taken away."""
    first = sealed(ana, "person.read", "contact.log", "person.read")
    sealed(ana, "person.read")
    on = " ON access_auditevent" if connection.vendor == "postgresql" else ""
    raw(f"DROP TRIGGER access_auditevent_append_only{on}")
    return first


def test_a_changed_event_breaks_the_chain(trail):
    raw(f"UPDATE access_auditevent SET person_id = 'p2' WHERE id = {trail.last_id}")
    assert audit.verify_chain().broken_at == trail.pk


def test_a_removed_event_breaks_the_chain(trail):
    raw(f"DELETE FROM access_auditevent WHERE id = {trail.last_id - 1}")
    assert audit.verify_chain().broken_at == trail.pk


def test_an_event_slipped_in_breaks_the_chain(trail, ana):
    raw(f"DELETE FROM access_auditevent WHERE id = {trail.last_id - 1}")
    raw(
        'INSERT INTO access_auditevent (id, at, user_id, action, person_id, "where", detail)'
        f" VALUES ({trail.last_id - 1}, '2026-01-01 00:00:00', {ana.pk}, 'contact.log', 'p1', '', '')"
    )
    assert audit.verify_chain().broken_at == trail.pk
