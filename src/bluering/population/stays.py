"""One person's stays and emergency visits, each told once, as the rule `stay` has them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from bluering.population.engine import set_variables
from bluering.population.rules import shared_table
from bluering.population.run import facts_engine
from bluering.record.charts import Facts

KINDS = {"IMP", "ACUTE", "NONAC", "OBSENC", "EMER"}
ALWAYS = 100_000
ASKED = "SELECT kind, coalesce(place, ''), source || '/Encounter/' || id, sources, keys FROM ({sql})"


@dataclass(frozen=True)
class Stay:
    """`kind` is hospital, nursing or emergency; `key` the telling that says most (source/Encounter/id), `keys` all of them."""

    kind: str
    place: str
    key: str
    sources: tuple[str, ...]
    keys: tuple[str, ...]


def stays_in(person_id: str, facts: Facts) -> list[Stay]:
    """From a person's facts; no engine is asked about somebody who never was in hospital."""
    if not any(row.get("class_code") in KINDS for row in facts.get("encounter", ())):
        return []
    only: Mapping[str, Facts] = {person_id: {"encounter": facts["encounter"]}}
    sql, parameters = shared_table("stay")
    with facts_engine([person_id], [], only) as connection:
        set_variables(connection, {**parameters, "as_of": timezone.now(), "stay_days": ALWAYS})
        rows = connection.execute(ASKED.format(sql=sql)).fetchall()
    return [Stay(kind, place, key, tuple(sources), tuple(keys)) for kind, place, key, sources, keys in rows]
