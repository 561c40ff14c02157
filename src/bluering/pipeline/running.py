"""The rules look at persons, with the work that has been done for them."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from bluering.coordination.work_tables import work_tables
from bluering.population.run import RunSummary, run_rules
from bluering.record.charts import Facts

Progress = Callable[[str, int, int], None]


def run(
    *,
    person_id: str | None = None,
    person_ids: Sequence[str] | None = None,
    as_of: dt.datetime | None = None,
    on_progress: Progress | None = None,
    known: Mapping[str, Facts] | None = None,
) -> RunSummary:
    """All rules over all persons, over one, or over some; what they find is compared with what stands."""
    who = [person_id] if person_id is not None else person_ids
    return run_rules(person_ids=who, as_of=as_of, on_progress=on_progress, work_tables=work_tables, known=known)


def after_work(person_id: str) -> RunSummary:
    """Somebody did something about this person: the rules look at them again."""
    return run(person_id=person_id)
