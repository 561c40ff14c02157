"""Is it allowed: the permission of a user for a person, and the side of a handoff a user stands on.

What a button offers (`moves_for`) and what the action allows (`require_move`) come from the same check.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from bluering.access import permissions
from bluering.access.models import Practice, User
from bluering.access.practices import every_practice, ours, served_by, sources_of_others
from bluering.coordination import queries, states
from bluering.coordination.models import Handoff
from bluering.errors import Refusal
from bluering.identity.models import MatchPair, PersonLink
from bluering.identity.queries import practices_of


@dataclass(frozen=True)
class Offer:
    """A move as a page offers it: `tooltip` says why not when it is not `allowed`."""

    move: str
    label: str
    allowed: bool
    tooltip: str
    needs_note: bool


@dataclass(frozen=True)
class Standing:
    """How a user stands to one person: who holds them, for whom the user covers, and whether they are a patient of other practices only."""

    user: User
    holder: str | None
    covered: frozenset[str]
    foreign: bool

    def may(self, action: str) -> bool:
        """Whether the user may do this to the person."""
        return permissions.may(self.user, action, panel_holder=self.holder, covered=self.covered, foreign=self.foreign)

    def require(self, action: str) -> None:
        """Nothing when allowed. Raises Refusal naming who could."""
        permissions.require(self.user, action, panel_holder=self.holder, covered=self.covered, foreign=self.foreign)


def standing(user: User, person_id: str) -> Standing:
    """Panels, covers and practices, looked up."""
    covered = frozenset(queries.covered_by(user))
    return Standing(user, queries.holder_of(person_id), covered, bool(foreign_to(user, [person_id])))


def foreign_to(user: User, person_ids: Collection[str]) -> set[str]:
    """Of these persons, those who are patients of practices that this user does not serve, and of none that they do."""
    mine = served_by(user)
    if not mine or not person_ids:
        return set()
    of = practices_of(person_ids, every_practice())
    return {person for person, practices in of.items() if not any(one in mine for one in practices)}


def practice_for(user: User, person_id: str) -> Practice | None:
    """The practice as which this user looks after a person: one of the person's, of those the user serves first."""
    practices, mine = every_practice(), served_by(user)
    of = practices_of([person_id], practices).get(person_id, []) if practices else []
    return next(iter(sorted(of, key=lambda one: one not in mine)), None)


def clock_of(user: User, person_id: str) -> ZoneInfo | None:
    """The clock by which a person's visits are told to this user; None for the installation's."""
    practice = practice_for(user, person_id)
    return ZoneInfo(practice.time_zone) if practice else None


def practice_names(user: User, person_ids: Collection[str]) -> dict[str, str]:
    """Person → the practices they are patients of, for who serves several; empty for everybody else, who need not be told."""
    mine = served_by(user) or every_practice()
    if len(mine) < 2:
        return {}
    of = practices_of(person_ids, every_practice())
    return {person: ", ".join(practice.name for practice in practices) for person, practices in of.items()}


def without_foreign(user: User, rows: QuerySet[Any], field: str = "person_id") -> QuerySet[Any]:
    """These rows without those about persons who are foreign to this user."""
    theirs = sources_of_others(user)
    if not theirs:
        return rows
    links = PersonLink.objects.filter(undone_at=None, person_id=OuterRef(field))
    return rows.exclude(Exists(links.filter(source__in=theirs)) & ~Exists(links.filter(source__in=ours(user))))


def pairs_for(user: User) -> QuerySet[MatchPair]:
    """Pairs that this user may decide: one side is a person of theirs, or neither is foreign."""
    theirs, pairs = sources_of_others(user), MatchPair.objects.all()
    if not theirs:
        return pairs

    def known_in(sources: set[str], side: str) -> Exists:
        beside = PersonLink.objects.filter(undone_at=None, source__in=sources, person__links__undone_at=None)
        return Exists(beside.filter(person__links__subject_key=OuterRef(side)))

    mine = known_in(ours(user), "left_key") | known_in(ours(user), "right_key")
    return pairs.filter(mine | ~(known_in(theirs, "left_key") | known_in(theirs, "right_key")))


def may_about(user: User, action: str, person_id: str) -> bool:
    """Whether `user` may do `action` to this person, with panels, covers and practices looked up."""
    return standing(user, person_id).may(action)


def require_about(user: User, action: str, person_id: str) -> None:
    """Nothing when allowed. Raises Refusal naming who could."""
    standing(user, person_id).require(action)


def reachable(user: User, action: str, person_ids: Collection[str]) -> set[str]:
    """Of these persons, those `user` may do `action` to: as many queries however many they are."""
    holders, covered = queries.holders_of(person_ids), queries.covered_by(user)
    foreign = foreign_to(user, person_ids)
    return {
        one
        for one in person_ids
        if permissions.may(user, action, panel_holder=holders.get(one), covered=covered, foreign=one in foreign)
    }


def moves_for(handoff: Handoff, user: User) -> list[Offer]:
    """Every move of the table as this user meets it on this handoff."""
    may, covered = may_about(user, "handoff.move", handoff.person_id), queries.covered_by(user)
    return [_offer(handoff, move, user, may, covered) for move in states.TABLE]


def require_move(handoff: Handoff, move: states.Move, user: User) -> None:
    """Nothing when this move is this user's. Raises Refusal naming whose it is; the state is checked by `states`."""
    covered = queries.covered_by(user)
    if not (stands_as_receiver(handoff, user, covered) and move.who != states.SENDER):
        require_about(user, "handoff.move", handoff.person_id)
    if whose := _not_theirs(handoff, move, user, covered):
        raise Refusal(whose)


def stands_as_receiver(handoff: Handoff, user: User, covered: Collection[str]) -> bool:
    """Whether this user is the receiver with an account, or covers for them."""
    receiver = handoff.receiver_user
    return receiver is not None and (receiver.username == user.username or receiver.username in covered)


def _offer(handoff: Handoff, move: states.Move, user: User, may: bool, covered: Collection[str]) -> Offer:
    may = may or (move.who != states.SENDER and stands_as_receiver(handoff, user, covered))
    why_not = "" if may else permissions.refusal("handoff.move")
    why_not = why_not or _not_theirs(handoff, move, user, covered) or states.obstacle(handoff, move)
    return Offer(move.name, move.label, not why_not, why_not, move.needs_note)


def _not_theirs(handoff: Handoff, move: states.Move, user: User, covered: Collection[str]) -> str:
    """Whose move it is when it is not this user's; empty when it is.

    A receiver without an account says it by phone or letter, and whoever looks after the person records it.
    """
    receiver = handoff.receiver_user
    if receiver is None:
        return ""
    receiving = stands_as_receiver(handoff, user, covered)
    if move.who == states.RECEIVER and not receiving:
        return f"{move.label} is for the receiver: {receiver.username}, or whoever covers for {receiver.username}."
    owner = handoff.owner or handoff.opened_by
    sends = user.username == owner.username or owner.username in covered
    if move.who == states.SENDER and receiving and not sends:
        return f"{move.label} is for the sender: {owner.username}, or whoever covers for {owner.username}."
    return ""
