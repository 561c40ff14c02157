"""The one table that says how a handoff moves. `python -m bluering.coordination.document` draws it.

What it holds: the sender stays responsible until the receiver accepts; a result may come back without an acceptance ever
having been said, and nobody is made to invent one; once the result is back it is the sender's to act on; and a handoff
closes only when the result is back, has been acted on, and the person has been told. A declined handoff is still open:
it is sent again, to the same or another receiver, or cancelled with a reason.

Nothing here touches the database, so the table can be tried on any object with a handoff's attributes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bluering.coordination.errors import NotPossibleNow
from bluering.coordination.models import State

SENDER, RECEIVER, EITHER = "sender", "receiver", "either side"
WITH_RECEIVER = (State.SENT, State.RECEIVED, State.ACCEPTED, State.IN_PROGRESS)
RESULT_IN = (State.RESULT_BACK, State.ACTED_ON)
CONFIRMATIONS = (
    "information_confirmed_at",
    "information_confirmed_by",
    "responsibility_confirmed_at",
    "responsibility_confirmed_by",
)


@dataclass(frozen=True)
class Move:
    """One row: from which states, to which (by state, or one for all), whose move it is, and what must hold."""

    name: str
    label: str
    sources: tuple[str, ...]
    to: str | dict[str, str]
    who: str
    stamps: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    once: bool = False
    needs_note: bool = False

    def target(self, state: str) -> str:
        return self.to if isinstance(self.to, str) else self.to.get(state, state)


TABLE = (
    Move("send", "Send", (State.DRAFT, State.DECLINED), State.SENT, SENDER, clears=CONFIRMATIONS),
    Move(
        "confirm_information", "Confirm the information arrived",
        (State.SENT, State.ACCEPTED, State.IN_PROGRESS), {State.SENT: State.RECEIVED}, RECEIVER,
        stamps=("information_confirmed_at",), signs=("information_confirmed_by",), once=True,
    ),
    Move(
        "accept", "Accept responsibility",
        (State.SENT, State.RECEIVED), State.ACCEPTED, RECEIVER,
        stamps=("responsibility_confirmed_at",), signs=("responsibility_confirmed_by",),
    ),
    Move("decline", "Decline", (State.SENT, State.RECEIVED), State.DECLINED, RECEIVER, needs_note=True),
    Move("start", "Start", (State.ACCEPTED,), State.IN_PROGRESS, RECEIVER),
    Move("result_back", "Record the result", WITH_RECEIVER, State.RESULT_BACK, EITHER, stamps=("result_at",)),
    Move("act", "Act on the result", (State.RESULT_BACK,), State.ACTED_ON, SENDER, stamps=("acted_at",)),
    Move("tell_person", "Tell the person", RESULT_IN, {}, SENDER, stamps=("person_told_at",), once=True),
    Move(
        "close", "Close", (State.ACTED_ON,), State.CLOSED, SENDER,
        stamps=("closed_at",), needs=("result_at", "acted_at", "person_told_at"),
    ),
    Move(
        "cancel", "Cancel", (State.DRAFT, *WITH_RECEIVER, State.DECLINED), State.CANCELLED, SENDER,
        stamps=("closed_at",), needs_note=True,
    ),
)  # fmt: skip
MOVES = {move.name: move for move in TABLE}
MISSING = {
    "result_at": "the result is back",
    "acted_at": "it has been acted on",
    "person_told_at": "the person has been told",
}


def obstacle(handoff: Any, move: Move) -> str:
    """Why `move` is not possible now, in one sentence; empty when it is."""
    if handoff.state not in move.sources:
        allowed = ", ".join(State(state).label.lower() for state in move.sources)
        return f"{move.label} is possible when it is: {allowed}. It is {State(handoff.state).label.lower()}."
    if move.once and all(getattr(handoff, stamp) for stamp in move.stamps):
        return f"{move.label}: done already."
    if missing := [MISSING[field] for field in move.needs if getattr(handoff, field) is None]:
        return f"{move.label} is possible once {' and '.join(missing)}."
    return ""


def apply(handoff: Any, move: Move, *, at: datetime, by: Any) -> tuple[str, str]:
    """Make the move on the object and return (from state, to state). Raises NotPossibleNow."""
    if reason := obstacle(handoff, move):
        raise NotPossibleNow(reason)
    before = handoff.state
    for field in move.clears:
        setattr(handoff, field, None)
    for field in move.stamps:
        setattr(handoff, field, at)
    for field in move.signs:
        setattr(handoff, field, by)
    handoff.state = str(move.target(before))
    return before, handoff.state
