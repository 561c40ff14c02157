"""Relatives whom only the hospital has seen, so like a patient of the practice that a system can hardly tell: never the same person."""

from collections.abc import Iterator
from dataclasses import replace

from bluering.demo.clock import Clock
from bluering.demo.facts.hospital import emergency
from bluering.demo.names import CULTURES
from bluering.demo.profile import Profile
from bluering.demo.scribe import Scribe
from bluering.demo.writer import Writer

EVERY = 67
# Numbers that the practice gives to nobody; multiples of three, so that nobody at the hospital asked for the practice's number.
NUMBERS_FROM, STEP = 900_000, 3
COMPLAINTS = ("cut", "belly", "chest_pain", "fall")


def relatives(person: Profile) -> Iterator[Profile]:
    """One in so many has one: a twin, a son of his name, a newborn without a name, a daughter who shares her telephone."""
    if person.key or person.number % EVERY:
        return
    nth = person.number // EVERY % 4
    if nth == 0 or person.age < 18:
        yield _relative(person, given=_other_name(person), middle="")
    elif person.sex == "male" and person.age >= 40:
        yield _relative(person, age=person.age - 24, birth_shift=(person.birth_shift + 131) % 365)
    elif person.sex == "female" and 18 <= person.age <= 42:
        child = "male" if nth == 1 else "female"
        given = "Babyboy" if nth == 1 else "Babygirl"
        yield _relative(person, age=0, birth_shift=20 + person.number % 200, given=given, middle="", sex=child)
    else:
        daughter = _other_name(replace(person, sex="female"))
        yield _relative(person, age=max(0, person.age - 27), given=daughter, middle="", sex="female")


def write_relative(writer: Writer, clock: Clock, relative: Profile) -> None:
    """An evening in the emergency department, long ago; for a newborn, soon after birth."""
    rng = relative.stream("evening")
    days = rng.randint(250, 360) if relative.age else relative.birth_shift
    emergency(Scribe(writer, clock, relative), -days, rng.randint(15, 19), rng.choice(COMPLAINTS))


def _relative(person: Profile, **changes) -> Profile:
    """Of the same roof and telephone, with a number of their own and no card of any other system."""
    alone = {
        "number": NUMBERS_FROM + STEP * person.number, "insured": False, "no_member_id_in": "", "misspelled_in": "", "old_address_in": "",
        "conditions": {}, "needs": [], "caregiver": False, "email": "", "clinician": "", "key": "",
    }  # fmt: skip
    return replace(person, **{**alone, **changes})


def _other_name(person: Profile) -> str:
    """Another name of the same kind; with the same first letter where there is one, as parents of twins like it."""
    women, men = CULTURES[person.culture][5:7]
    names = [name for name in (women if person.sex == "female" else men) if name != person.given]
    alike = [name for name in names if name[0] == person.given[0]]
    return person.stream("other name").choice(alike or names).replace("\u00a0", " ")
