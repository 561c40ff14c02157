"""A handoff as a page shows it: where it stands, who answers for it now, and which confirmations are still missing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bluering.web import status
from bluering.web.words import ago_words

STEPS = (
    ("information_confirmed_at", "arrived"),
    ("responsibility_confirmed_at", "accepted"),
    ("result_at", "result back"),
    ("acted_at", "acted on"),
    ("person_told_at", "told"),
)


@dataclass(frozen=True)
class HandoffView:
    """What the component `handoff` shows."""

    id: int
    person_id: str
    person_name: str
    title: str
    kind: str
    between: str
    state: status.Look
    due: status.Look | None
    late: bool
    responsible: str
    opened: str
    steps: list[tuple[str, bool]]
    done: float
    is_open: bool
    may_move: bool
    note: str


def view(handoff: Any, *, today: date, may_move: bool = False, person: Any = None) -> HandoffView:
    """`person` is the PersonSummary on a page about many, None on the person's own."""
    steps = [(words, getattr(handoff, stamp) is not None) for stamp, words in STEPS]
    is_open = handoff.closed_at is None
    days = (handoff.due_date - today).days if handoff.due_date and is_open else None
    return HandoffView(
        id=handoff.pk,
        person_id=handoff.person_id,
        person_name=person.name if person else "",
        title=handoff.title,
        kind=status.HANDOFF_KIND.get(handoff.kind, handoff.kind),
        between=f"{handoff.sender} to {handoff.receiver}",
        state=status.look(status.HANDOFF_STATE, handoff.state),
        due=None if days is None else status.due_look(days),
        late=days is not None and days < 0,
        responsible=handoff.responsible if is_open else "",
        opened=ago_words(handoff.opened_at, today),
        steps=steps,
        done=sum(done for _, done in steps) / len(steps),
        is_open=is_open,
        may_move=may_move and is_open,
        note=handoff.note,
    )
