"""The persons with a name: who they are in `cast`, what happened to them beside it, a file per story."""

from bluering.demo.scribe import Scribe
from bluering.demo.systems import MAPLE
from bluering.demo.timeline.problems import write_problems


def write_story(scribe: Scribe) -> None:
    """What happened to this person."""
    scribe.subject(MAPLE)
    write_problems(scribe)
