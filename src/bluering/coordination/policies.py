"""Is it allowed: the permission of a user for a person, and the side of a handoff a user stands on.

What a button offers (`moves_for`) and what the action allows (`require_move`) come from the same check.
"""

from collections.abc import Collection
from dataclasses import dataclass

from bluering.access import permissions
from bluering.access.models import User
from bluering.coordination import queries, states
from bluering.coordination.models import Handoff
from bluering.errors import Refusal


@dataclass(frozen=True)
class Offer:
    """A move as a page offers it: `tooltip` says why not when it is not `allowed`."""

    move: str
    label: str
    allowed: bool
    tooltip: str
    needs_note: bool


def may_about(user: User, action: str, person_id: str) -> bool:
    """Whether `user` may do `action` to this person, with panels and covers looked up."""
    holder, covered = queries.holder_of(person_id), queries.covered_by(user)
    return permissions.may(user, action, panel_holder=holder, covered=covered)


def require_about(user: User, action: str, person_id: str) -> None:
    """Nothing when allowed. Raises Refusal naming who could."""
    holder, covered = queries.holder_of(person_id), queries.covered_by(user)
    permissions.require(user, action, panel_holder=holder, covered=covered)


def reachable(user: User, action: str, person_ids: Collection[str]) -> set[str]:
    """Of these persons, those `user` may do `action` to: two queries however many they are."""
    holders, covered = queries.holders_of(person_ids), queries.covered_by(user)
    return {
        person_id
        for person_id in person_ids
        if permissions.may(user, action, panel_holder=holders.get(person_id), covered=covered)
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
