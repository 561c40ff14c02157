"""May this user do this? The answer comes from `policy.yaml` and from what the caller knows about panels.

This shelf imports no room, so for an action about a person the caller says who holds the person (a username, or None for
nobody), for whom the user covers, and whether the person is `foreign`, a patient of practices that the user does not serve. Leaving
`panel_holder` out there is a bug, and raises, because "nobody" would open the chart. `coordination.policies` looks all of it up.
"""

from collections.abc import Collection

from bluering.access import policy
from bluering.access.models import Role, User
from bluering.errors import Refusal

UNSAID = object()
OF_ANOTHER = " The person is of a practice that you do not serve."
NAMES = {
    Role.COORDINATOR: "coordinators",
    Role.CLINICIAN: "clinicians",
    Role.ADMINISTRATOR: "administrators",
    Role.DATA_STEWARD: "data stewards",
}


def may(
    user: User, action: str, *, panel_holder: object = UNSAID, covered: Collection[str] = (), foreign: bool = False
) -> bool:
    """Whether `user` may do `action`, to the person `panel_holder` holds when it is about one. A foreign person is reached by who holds them only."""
    rule = policy.load()[action]
    if rule.about_person and panel_holder is UNSAID:
        raise TypeError(f"{action} is about a person: say who holds the person (panel_holder=).")
    reach = _reach(user, rule)
    return (
        ("anyone" in reach and not foreign)
        or ("unheld" in reach and panel_holder is None and not foreign)
        or ("own" in reach and panel_holder == user.username)
        or ("covered" in reach and panel_holder in covered)
    )


def may_for_some(user: User, action: str) -> bool:
    """Whether `user` may do `action` to at least some person: for what a menu offers."""
    return bool(_reach(user, policy.load()[action]))


def require(
    user: User, action: str, *, panel_holder: object = UNSAID, covered: Collection[str] = (), foreign: bool = False
) -> None:
    """Nothing when allowed. Raises Refusal naming who could."""
    if not may(user, action, panel_holder=panel_holder, covered=covered, foreign=foreign):
        raise Refusal(refusal(action, panel_holder) + (OF_ANOTHER if foreign else ""))


def refusal(action: str, panel_holder: object = UNSAID) -> str:
    """The sentence of a refusal: what was asked, and who could."""
    rule = policy.load()[action]
    could = [_who(role, reach, panel_holder) for role, reach in rule.reach.items() if reach]
    return f"You may not {rule.says}. Who could: {'; '.join(could) or 'nobody here'}."


def _reach(user: User, rule: policy.Rule) -> frozenset[str]:
    signed_in = user.is_authenticated and user.is_active
    return rule.reach.get(user.role, frozenset()) if signed_in else frozenset()


def _who(role: str, reach: frozenset[str], panel_holder: object) -> str:
    if "anyone" in reach:
        return NAMES[Role(role)]
    if isinstance(panel_holder, str):
        return f"{panel_holder}, who holds this person, or whoever covers for {panel_holder}"
    return f"{NAMES[Role(role)]}, for a person on their panel, on one they cover, or on nobody's"
