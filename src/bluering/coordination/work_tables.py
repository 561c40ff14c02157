"""The work as rules see it: contacts, handoffs, panels and episodes as columns, for everybody or for some persons."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
from django.db.models import Q
from django.utils import timezone

from bluering.coordination.models import STANDING, Contact, Episode, Handoff, Panel
from bluering.population.programs import programs

MOMENT = pa.timestamp("us", tz="UTC")


def work_tables(person_ids: Sequence[str] | None = None) -> dict[str, pa.Table]:
    """Tables `contact`, `handoff`, `panel` and `episode`, one row each; only these persons' when some are named."""
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
        "episode": _table(
            list(_episodes(who)), person_id=pa.string(), id=pa.string(), program=pa.string(), title=pa.string(), state=pa.string(), level=pa.string(),
            contact_days=pa.int32(), since_date=pa.date32(), resumed_date=pa.date32(), decide_by_date=pa.date32(), left_date=pa.date32(),
            watch_until_date=pa.date32(),
        ),
    }  # fmt: skip


EPISODE = ("person_id", "id", "program", "state", "level", "since", "resumed_on", "decide_by", "left_on", "watch_until")


def _episodes(who: dict[str, Any]) -> Iterator[tuple]:
    """Episodes that may still ask something: those that stand, and those with a day on which to ask again."""
    rows = Episode.objects.filter(Q(state__in=STANDING) | Q(decide_by__isnull=False), is_double=False, **who)
    known = programs()
    for person, number, program, state, level, *days in rows.values_list(*EPISODE):
        said = known.get(program)
        if said:
            followed = said.levels.get(level) or said.levels[said.first_level]
            yield person, str(number), program, said.title, state, level, followed.contact_days, *days


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
