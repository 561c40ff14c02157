"""What came in, as pages show it: a stream of small loads counts as one a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.utils import timezone

from bluering.intake.models import Load
from bluering.record.queries import source_name

LOOKED_AT = 400


@dataclass
class Came:
    """What one source brought on one day, in so many loads: what is new, what changed, what was known already, what could not be read."""

    source: str
    day: date
    last: datetime
    loads: int = 0
    under_way: bool = False
    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    quarantined: int = 0

    def add(self, load: Load) -> None:
        """One load more. Its summary counts by FHIR type."""
        said = load.summary or {}
        self.loads += 1
        self.under_way = self.under_way or load.finished_at is None
        self.new, self.replaced, self.unchanged = (
            before + sum((said.get(name) or {}).values())
            for name, before in (("loaded", self.new), ("replaced", self.replaced), ("unchanged", self.unchanged))
        )
        self.quarantined += said.get("quarantined") or 0


def came(loads: Iterable[Load], most: int) -> list[Came]:
    """At most so many rows, the newest first. `loads` is the newest first; of very many only the newest are looked at."""
    found: dict[tuple[str, date], Came] = {}
    for load in islice(loads, LOOKED_AT):
        day = timezone.localdate(load.started_at)
        row = found.setdefault((load.source, day), Came(source_name(load.source), day, load.started_at))
        row.add(load)
    return list(found.values())[:most]


def newest(most: int, source: str | None = None) -> list[Came]:
    """What came last, from everywhere or from one source."""
    loads = Load.objects.order_by("-id") if source is None else Load.objects.filter(source=source).order_by("-id")
    return came(loads[:LOOKED_AT], most)
