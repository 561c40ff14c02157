"""A message is on the disk before anybody is told that we have it."""

import pytest
from django.db import connection

from bluering.intake.arrivals import durably, keep_arrival
from bluering.intake.models import Arrival


def synchronous() -> int:
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA synchronous").fetchone()[0]


def keep(raw: bytes = b"one", control_id: str = "7") -> bool:
    return keep_arrival(source="general", format="hl7v2", sender="ADT|GENERAL", control_id=control_id, raw=raw)


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_outlives_a_loss_of_power_and_the_rest_stays_fast():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL writes to the disk at the end of every transaction")
    connection.ensure_connection()
    before = synchronous()
    with durably():
        assert synchronous() == 2
    assert (before, synchronous()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_are_kept_once_and_other_bytes_of_that_number_too():
    assert [keep(), keep(), keep(b"two"), keep(control_id="8")] == [True, False, True, True]
    assert Arrival.objects.count() == 3
