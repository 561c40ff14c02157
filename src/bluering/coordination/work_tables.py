"""The work as rules see it: contacts, handoffs and panels as columns, for everybody or for some persons."""

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa
from django.utils import timezone

from bluering.coordination.models import Contact, Handoff, Panel

MOMENT = pa.timestamp("us", tz="UTC")


def work_tables(person_ids: Sequence[str] | None = None) -> dict[str, pa.Table]:
    """Tables `contact`, `handoff` and `panel`, one row each; only these persons' when some are named."""
    who = {} if person_ids is None else {"person_id__in": person_ids}
    return {
        "contact": _table(
            Contact.objects.filter(**who).values_list("person_id", "at", "mode", "reached", "purpose", "by__username", "minutes"),
            person_id=pa.string(), at_datetime=MOMENT, mode=pa.string(), reached=pa.bool_(), purpose=pa.string(), by_user=pa.string(), minutes=pa.int32(),
        ),
        "handoff": _table(
            [_handoff(row) for row in Handoff.objects.filter(**who).values_list(*HANDOFF)],
            person_id=pa.string(), id=pa.string(), kind=pa.string(), state=pa.string(), sender=pa.string(), receiver=pa.string(), title=pa.string(),
            opened_datetime=MOMENT, due_datetime=MOMENT, information_confirmed=pa.bool_(), responsibility_confirmed=pa.bool_(), fact_key=pa.string(),
        ),
        "panel": _table(
            Panel.objects.filter(until=None, **who).values_list("person_id", "coordinator__username", "since"),
            person_id=pa.string(), coordinator=pa.string(), since_date=pa.date32(),
        ),
    }  # fmt: skip


HANDOFF = (
    "person_id", "id", "kind", "state", "sender", "receiver", "title", "opened_at", "due_date",
    "information_confirmed_at", "responsibility_confirmed_at", "fact_key",
)  # fmt: skip


def _handoff(row: tuple) -> tuple:
    person, key, kind, state, sender, receiver, title, opened, due, informed, responsible, fact = row
    end_of_day = due and timezone.make_aware(dt.datetime.combine(due, dt.time(23, 59)))
    return (
        person,
        str(key),
        kind,
        state,
        sender,
        receiver,
        title,
        opened,
        end_of_day,
        informed is not None,
        responsible is not None,
        fact,
    )


def _table(rows, **columns: pa.DataType) -> pa.Table:
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pa.table({name: pa.array(value, kind) for (name, kind), value in zip(columns.items(), values, strict=True)})
