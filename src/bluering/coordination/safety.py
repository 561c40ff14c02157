"""The safety path: a sign of danger opens it at once, a licensed colleague takes it the same day, and everything else about the person waits.

`python -m bluering.coordination.document` draws its table.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from bluering.access import audit, scope
from bluering.access.models import User
from bluering.coordination import policies
from bluering.coordination.crisis import crisis_words
from bluering.coordination.errors import NotPossibleNow
from bluering.coordination.models import Assessment, Concern, ConcernEvent, ConcernOutcome, ConcernState, ConcernWhy
from bluering.errors import BadInput

LONGEST = 400
STANDING = (ConcernState.OPEN, ConcernState.TAKEN)
BY_ITSELF = "by itself"


@dataclass(frozen=True)
class Move:
    """One move of a concern: from which states, to which, and what it needs."""

    name: str
    label: str
    sources: tuple[str, ...]
    to: str
    needs_note: bool
    needs_outcome: bool = False


TABLE = (
    Move("take", "I take it on", (ConcernState.OPEN,), ConcernState.TAKEN, needs_note=False),
    Move("hand_back", "I cannot go on", (ConcernState.TAKEN,), ConcernState.OPEN, needs_note=True),
    Move("take_over", "I take it over", (ConcernState.TAKEN,), ConcernState.TAKEN, needs_note=False),
    Move("settle", "Settled", (ConcernState.TAKEN,), ConcernState.CLOSED, needs_note=True, needs_outcome=True),
)
MOVES = {move.name: move for move in TABLE}


@transaction.atomic
def raise_concern(
    *, person_id: str, why: str, detail: str, by: User | None, assessment: Assessment | None = None
) -> Concern:
    """Open the safety path, or add to the one that stands. `by` is None when the person's own answers did, by link."""
    if by is not None:
        policies.require_about(by, "safety.raise", person_id)
    if why not in ConcernWhy.values:
        raise BadInput(f"why: unknown; use one of {', '.join(ConcernWhy.values)}.")
    detail = _text("detail", detail, needed=why == ConcernWhy.STAFF)
    standing = (
        Concern.objects.select_for_update().filter(person_id=person_id, state__in=STANDING).order_by("id").first()
    )
    if standing:
        if not standing.history.filter(note=detail, what="again").exists() and standing.detail != detail:
            _note(standing, by, "again", detail)
        return standing
    made = Concern.objects.create(person_id=person_id, why=why, detail=detail, opened_by=by, assessment=assessment)
    _note(made, by, "open", detail)
    return made


def hear(*, person_id: str, text: str, by: User | None, assessment: Assessment | None = None) -> Concern | None:
    """Open the safety path when a text holds words of crisis."""
    found = crisis_words(text)
    if not found:
        return None
    around = " ".join(text.split())[: LONGEST - len(found) - 5]
    return raise_concern(
        person_id=person_id, why=ConcernWhy.WORDS, detail=f"“{found}”: {around}", by=by, assessment=assessment
    )


@transaction.atomic
def move_concern(*, concern: Concern, move: str, by: User, note: str = "", outcome: str = "") -> Concern:
    """Make one move of the table. Raises Refusal to whoever is not licensed for it, NotPossibleNow, or BadInput with the field."""
    chosen = MOVES.get(move)
    if chosen is None:
        raise BadInput(f"move: unknown; use one of {', '.join(MOVES)}.")
    policies.require_about(by, "safety.answer", concern.person_id)
    scope.require(by, "suicide_risk")
    row = Concern.objects.select_for_update().get(pk=concern.pk)
    if reason := obstacle(row, chosen, by):
        raise NotPossibleNow(reason)
    note = _text("note", note, needed=chosen.needs_note)
    if chosen.needs_outcome and outcome not in ConcernOutcome.values:
        raise BadInput("outcome: choose how it was settled.")
    row.state = str(chosen.to)
    if chosen.to == ConcernState.TAKEN:
        row.taken_by, row.taken_at = by, timezone.now()
    elif chosen.to == ConcernState.OPEN:
        row.taken_by, row.taken_at = None, None
    else:
        row.outcome, row.closed_at = outcome, timezone.now()
    row.save()
    _note(row, by, move, note)
    return row


def obstacle(concern: Concern, move: Move, by: User) -> str:
    """Why this user cannot make a move now, in one sentence; empty when they can."""
    name = concern.taken_by.name if concern.taken_by else ""
    if concern.state not in move.sources:
        has = f" {name} has it." if concern.state == ConcernState.TAKEN else ""
        return f"{move.label}: not possible while it is {ConcernState(concern.state).label.lower()}.{has}"
    if concern.state == ConcernState.TAKEN and (concern.taken_by_id == by.pk) == (move.name == "take_over"):
        return "You have it already." if move.name == "take_over" else f"{name} has it; take it over first."
    return ""


def offers(concern: Concern, by: User) -> list[Move]:
    """The moves this user may make now."""
    if not scope.may(by, "suicide_risk"):
        return []
    return [move for move in TABLE if not obstacle(concern, move, by)]


def standing_of(person_id: str) -> list[Concern]:
    """Concerns about a person that are not settled, the oldest first; whoever opens the person sees them."""
    rows = Concern.objects.filter(person_id=person_id, state__in=STANDING).select_related("opened_by", "taken_by")
    return list(rows.prefetch_related("history__by").order_by("id"))


def concerns_of(person_id: str) -> list[Concern]:
    """Every concern about a person, the newest first."""
    rows = Concern.objects.filter(person_id=person_id).select_related("opened_by", "taken_by")
    return list(rows.prefetch_related("history__by").order_by("-id"))


def waiting_for(user: User) -> list[Concern]:
    """Concerns about whomever this user may reach, those nobody has first; as many queries however many there are."""
    rows = list(Concern.objects.filter(state__in=STANDING).select_related("opened_by", "taken_by").order_by("id"))
    theirs = policies.reachable(user, "safety.answer", {one.person_id for one in rows}) if rows else set()
    return sorted((one for one in rows if one.person_id in theirs), key=lambda one: one.state != ConcernState.OPEN)


def in_danger(person_ids: Collection[str]) -> set[str]:
    """Of these persons, those about whom a concern stands: nothing else is asked of them meanwhile."""
    if not person_ids:
        return set()
    rows = Concern.objects.filter(state__in=STANDING).values_list("person_id", flat=True)
    return set(rows).intersection(person_ids)


def _note(concern: Concern, by: User | None, what: str, note: str) -> None:
    ConcernEvent.objects.create(concern=concern, by=by, what=what, note=note)
    audit.record(by, f"safety.{what}", concern.person_id, f"concern {concern.pk}")


def _text(name: str, words: str, *, needed: bool) -> str:
    words = " ".join(words.split())
    if (needed and not words) or len(words) > LONGEST:
        raise BadInput(f"{name}: write a sentence, at most {LONGEST} characters.")
    return words
