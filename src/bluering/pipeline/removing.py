"""What a source has deleted stands no more."""

import datetime as dt
from collections.abc import Iterable

import pyarrow as pa

from bluering.identity.matching import index
from bluering.intake.models import Load
from bluering.pipeline.alone import LIVE, alone
from bluering.pipeline.loading import finish_earlier, next_number
from bluering.pipeline.settling import settle_unfinished
from bluering.record import engine, removing
from bluering.terminology import fhir_r4


def remove(deleted: Iterable[tuple[str, str]], *, source: str, at: dt.datetime) -> dict[str, int]:
    """A source says that it has deleted these resources (type, id): nothing shows them any more. Returns how many did stand, by type.

    `at` is the moment of which the source speaks; what it told with a later date stands on. The same deletion again does nothing.
    Raises Refusal when a load is under way.
    """
    pairs = pa.table(dict(zip(("type", "id"), _columns(deleted), strict=True)))
    with alone(LIVE):
        finish_earlier()
        this = Load.objects.create(id=next_number(), source=source)
        counts = removing.remove(engine.plain(), pairs, load=this.id, source=source, at=at)
        settle_unfinished()
        if counts.get("Patient"):
            index.outdate(index.index_file())
        Load.objects.filter(id=this.id).update(summary={"deleted": counts})
    return counts


def _columns(pairs: Iterable[tuple[str, str]]) -> tuple[pa.Array, pa.Array]:
    known = sorted({(kind, key) for kind, key in pairs if kind in fhir_r4.resource_types()})
    return pa.array([kind for kind, _ in known], pa.string()), pa.array([key for _, key in known], pa.string())
