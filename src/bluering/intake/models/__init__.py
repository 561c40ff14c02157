"""What came in: loads, messages as they arrived, what could not be read."""

from bluering.intake.models.arrivals import Arrival, ArrivalThread
from bluering.intake.models.loads import Load, Quarantine
from bluering.intake.models.pulls import Pull, PullRun
from bluering.intake.models.tokens import SourceToken

__all__ = ["Arrival", "ArrivalThread", "Load", "Pull", "PullRun", "Quarantine", "SourceToken"]
