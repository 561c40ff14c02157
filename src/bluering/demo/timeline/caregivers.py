"""Who looks after somebody: the same person in every system that asks."""

from dataclasses import dataclass
from random import Random

from bluering.demo.names import CULTURES
from bluering.demo.profile import Profile


@dataclass(frozen=True)
class Caregiver:
    """`kind` is child, spouse or parent."""

    given: str
    family: str
    kind: str
    phone: str


def caregiver_of(person: Profile, rng: Random) -> Caregiver:
    """The caregiver of somebody who has one; `rng` is the person's own chance for `care`, at its start."""
    kind = "parent" if person.is_child else rng.choice(("child", "child", "spouse"))
    women, men = CULTURES[person.culture][5:7]
    return Caregiver(rng.choice([*women, *men]), person.family, kind, person.phone)
