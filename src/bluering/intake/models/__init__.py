"""What came in: loads, messages as they arrived, what could not be read."""

from bluering.intake.models.arrivals import Arrival, ArrivalThread
from bluering.intake.models.documents import DocumentState, IncomingDocument
from bluering.intake.models.inbox import Claim, InboxEvent, Replay
from bluering.intake.models.loads import Load, Quarantine
from bluering.intake.models.pulls import Pull, PullRun
from bluering.intake.models.schedule import CsvMapping
from bluering.intake.models.tokens import SourceToken

__all__ = [
    "Arrival",
    "ArrivalThread",
    "Claim",
    "CsvMapping",
    "DocumentState",
    "InboxEvent",
    "IncomingDocument",
    "Load",
    "Pull",
    "PullRun",
    "Quarantine",
    "Replay",
    "SourceToken",
]
