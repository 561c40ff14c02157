"""The one place where rooms meet: what came in becomes facts, facts find their person, rules look again.

Reads like the flow of one event: kept as received (`arriving`), parsed and appended (`loading`), identified (`settling`), judged
(`running`). Every step may be repeated without harm.
"""

from bluering.pipeline.alone import compact
from bluering.pipeline.arriving import process_arrivals, replay_arrivals
from bluering.pipeline.loading import LoadSummary, keep, load
from bluering.pipeline.removing import remove
from bluering.pipeline.replaying import replay
from bluering.pipeline.running import after_work, run

__all__ = [
    "LoadSummary",
    "after_work",
    "compact",
    "keep",
    "load",
    "process_arrivals",
    "remove",
    "replay",
    "replay_arrivals",
    "run",
]
