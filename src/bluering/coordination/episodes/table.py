"""The one table that says how an episode moves; `python -m bluering.coordination.document` draws it.

Whoever is considered is asked; nobody is followed who has not agreed, where the program asks for that. Every way out leaves a way
back: re-entry begins a new episode that knows the old one.
"""

from dataclasses import dataclass
from typing import Any

from bluering.coordination.errors import NotPossibleNow
from bluering.coordination.models import BEFORE, FOLLOWED, OPEN, Stage

ENDED = (Stage.GRADUATED, Stage.FINISHED, Stage.DECLINED, Stage.UNSUITABLE, Stage.LOST, Stage.MOVED)


@dataclass(frozen=True)
class Move:
    """One row: from which states, to which (None when it stays), what has to be said, and which of the program's days run from then.

    `asks` names what the form asks beside the reason: level, until, ask_again, because, consent, attempt.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    to: str | None
    asks: tuple[str, ...] = ()
    needs_reason: bool = True
    days: str = ""
    leaves: bool = False

    def target(self, state: str) -> str:
        return self.to or state


TABLE = (
    Move("reach_out", "Ask them", (Stage.CONSIDERED,), Stage.OUTREACH, needs_reason=False, days="outreach_days"),
    Move("attempt", "Note an attempt", (Stage.OUTREACH,), None, asks=("attempt",), needs_reason=False),
    Move("enroll", "They agree, begin", BEFORE, Stage.ACTIVE, asks=("consent", "level"), needs_reason=False, days="review_days"),
    Move("set_level", "Change the level", FOLLOWED, None, asks=("level",), days="review_days"),
    Move("keep", "Keep as it is", FOLLOWED, None, days="review_days"),
    Move("pause", "Pause", FOLLOWED, Stage.PAUSED, asks=("until",)),
    Move("resume", "Go on", (Stage.PAUSED,), Stage.ACTIVE, asks=("level",), needs_reason=False, days="review_days"),
    Move("step_down", "Step down", (Stage.ACTIVE,), Stage.STEPPING_DOWN, asks=("level",), days="review_days"),
    Move("graduate", "Graduate", FOLLOWED, Stage.GRADUATED, days="watch_days", leaves=True),
    Move("finish", "End the watch", (Stage.GRADUATED,), Stage.FINISHED),
    Move("decline", "They decline", OPEN, Stage.DECLINED, asks=("because", "ask_again"), leaves=True),
    Move("unsuitable", "Not suitable", (*BEFORE, *FOLLOWED), Stage.UNSUITABLE, leaves=True),
    Move("lose", "Lost from sight", (Stage.OUTREACH, *FOLLOWED, Stage.PAUSED), Stage.LOST, asks=("because",), leaves=True),
    Move("move_away", "Moved away", (*OPEN, Stage.GRADUATED), Stage.MOVED, leaves=True),
    Move("die", "Died", (*OPEN, Stage.GRADUATED), Stage.DIED, leaves=True),
)  # fmt: skip
MOVES = {move.name: move for move in TABLE}


def obstacle(episode: Any, move: Move) -> str:
    """Why `move` is not possible now, in one sentence; empty when it is."""
    if episode.state in move.sources:
        return ""
    allowed = ", ".join(Stage(state).label.lower() for state in move.sources)
    return f"{move.label} is possible when it is: {allowed}. It is {Stage(episode.state).label.lower()}."


def require(episode: Any, move: Move) -> None:
    """Nothing when the move is possible now. Raises NotPossibleNow."""
    if reason := obstacle(episode, move):
        raise NotPossibleNow(reason)
