"""What each kind of message says something about, and how that becomes FHIR. The modules in `mappers.py` fill this in.

A thread is `kind:key`, such as `visit:GENERAL/4711`. Its messages, in the order of their recorded times, go to the fold of
its kind, which gives all resources of that one thing. `fold.py` adds `meta.lastUpdated` and Provenance.
"""

from collections.abc import Callable, Iterable, Sequence

from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading

Fold = Callable[[str, Sequence[Message], Sender], Reading]
"""(thread, its messages in order, sender) -> what is known of the thing. Pure."""
FindThreads = Callable[[Message, Sender], list[str]]

registry: dict[str, Fold] = {}
main_types: dict[str, str] = {}
finders: dict[str, FindThreads] = {}
natural_rank: dict[str, int] = {}
"""Which of two events of the same recorded time came first, by event (`ADT^A01`); unnamed ones are 50."""


def register_kind(kind: str, resource_type: str, fold: Fold) -> None:
    """A kind of thread, and the type of the resource that bears the thread's id (`reference` in keys.py)."""
    registry[kind] = fold
    main_types[kind] = resource_type


def register_types(types: Iterable[str], find: FindThreads) -> None:
    """Message types (MSH-9.1), and what tells the threads of one. Patient and visit threads are for the finder to name too."""
    finders.update(dict.fromkeys(types, find))
