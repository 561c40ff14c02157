"""A message is on the disk before anybody is told that we have it."""

import pytest
from django.db import connection

from bluering.intake.arrivals import durably, keep_arrival
from bluering.intake.models import Arrival

# How each database says that a finished transaction is on the disk.
ASK = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
ON_DISK = {"sqlite": 2, "postgresql": "on"}
BETWEEN = {"sqlite": 1, "postgresql": "on"}


def durability() -> int | str:
    with connection.cursor() as cursor:
        cursor.execute(ASK[connection.vendor])
        return cursor.fetchone()[0]


def keep(raw: bytes = b"one", control_id: str = "7") -> bool:
    return keep_arrival(source="general", format="hl7v2", sender="ADT|GENERAL", control_id=control_id, raw=raw)


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_outlives_a_loss_of_power_and_the_rest_stays_fast():
    connection.ensure_connection()
    before = durability()
    with durably():
        assert durability() == ON_DISK[connection.vendor]
    assert before == durability() == BETWEEN[connection.vendor]


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_are_kept_once_and_other_bytes_of_that_number_too():
    assert [keep(), keep(), keep(b"two"), keep(control_id="8")] == [True, False, True, True]
    assert Arrival.objects.count() == 3
