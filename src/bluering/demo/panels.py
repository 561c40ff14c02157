"""Who coordinates whom: the ill more often than the well, some with much need nobody yet, never more than four can carry."""

from collections import Counter
from collections.abc import Iterator

from bluering.demo.conditions import SERIOUS
from bluering.demo.generate import SEED, people
from bluering.demo.profile import Profile
from bluering.demo.stories.cast import BY_KEY

# username: (share of new persons, the most they take)
LOADS = {"dana": (34, 115), "marcus": (55, 170), "pang": (8, 60), "teresa": (3, 25)}


def panels(persons: int, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """(the practice's patient id, username of the coordinator)."""
    held: Counter[str] = Counter()
    for person in people(persons, seed):
        holder = "dana" if person.key in BY_KEY else _holder(person, held)
        if holder:
            held[holder] += 1
            yield person.id, holder
        if all(held[name] >= most for name, (_, most) in LOADS.items()):
            return


def wants_coordinator(person: Profile) -> float:
    """The chance that somebody has asked for a coordinator."""
    if person.is_child:
        return 0.0
    serious = len(SERIOUS & person.conditions.keys())
    weight = person.burden + serious + len(person.needs)
    return (0.004, 0.012, 0.04, 0.11, 0.3, 0.58, 0.78, 0.88, 0.92, 0.92)[min(weight, 9)]


def _holder(person: Profile, held: Counter[str]) -> str:
    rng = person.stream("panel")
    if rng.random() >= wants_coordinator(person):
        return ""
    room = {name: share for name, (share, most) in LOADS.items() if held[name] < most}
    return rng.choices(list(room), list(room.values()))[0] if room else ""
