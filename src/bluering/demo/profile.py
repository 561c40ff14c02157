"""Who one person of the demo is: everything true of them before any event is written.

A profile depends on `seed` and the person's number only, so that panels and work can be told without writing a file.
"""

from dataclasses import dataclass, field
from random import Random

from bluering.demo.conditions import CHRONIC, sample_conditions, sample_needs
from bluering.demo.names import AREA_CODES, CULTURES, KINDS, STREETS, TOWNS

CULTURE_NAMES = list(CULTURES)
CULTURE_WEIGHTS = [c[0] for c in CULTURES.values()]
AGES = ((0, 17), (18, 39), (40, 64), (65, 79), (80, 97))
AGE_WEIGHTS = (12, 25, 34, 21, 8)
CLINICIANS = ("dr-busy", "dr-i-care", "dr-care", "np-ortiz", "dr-nguyen", "pa-johansson")
CLINICIAN_WEIGHTS = (20, 18, 18, 16, 16, 12)
QUIRK_SYSTEMS = ("county-general", "lakeside-specialty", "heartland-health-plan")


@dataclass
class Profile:
    """One person. `conditions` maps a condition to the day it began, counted from today; a story person has a `key`."""

    number: int
    seed: int
    age: int
    birth_shift: int
    sex: str
    culture: str
    language: str
    given: str
    middle: str
    family: str
    address: dict
    phone: str
    email: str
    clinician: str
    insured: bool
    conditions: dict[str, int] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    caregiver: bool = False
    no_member_id_in: str = ""
    misspelled_in: str = ""
    old_address_in: str = ""
    unheld: bool = False
    key: str = ""

    @property
    def id(self) -> str:
        return self.key or f"p{self.number:06d}"

    @property
    def member_id(self) -> str:
        return f"HHP{7_000_000 + self.number}"

    @property
    def is_child(self) -> bool:
        return self.age < 18

    @property
    def burden(self) -> int:
        """How many long-lasting conditions."""
        return sum(key in CHRONIC for key in self.conditions)

    def stream(self, topic: str) -> Random:
        """Chance for one topic; topics do not disturb each other."""
        return Random(f"{self.seed}/{topic}/{self.number}")


def profile_of(number: int, seed: int) -> Profile:
    """Person number `number` (from 1) of the practice with this seed; half of them live with another patient."""
    back = lives_with(number)
    return _profile(number, seed, _profile(number - back, seed) if back else None)


def lives_with(number: int) -> int:
    """How many numbers before stands the one whose household this person belongs to; 0 for one's own."""
    return 1 if number % 3 == 0 else 2 if number > 6 and number % 6 == 1 else 0


def _profile(number: int, seed: int, head: Profile | None = None) -> Profile:
    rng = Random(f"{seed}/person/{number}")
    low, high = rng.choices(AGES, AGE_WEIGHTS)[0]
    age, sex = rng.randint(low, high), "female" if rng.random() < 0.53 else "male"
    culture = rng.choices(CULTURE_NAMES, CULTURE_WEIGHTS)[0]
    culture = head.culture if head else culture
    _, language, _, _, families, women, men = CULTURES[culture]
    if rng.random() < (0.55 if age < 65 else 0.2):
        language = "en"
    given = rng.choice(women if sex == "female" else men).replace("\u00a0", " ")
    person = Profile(
        number, seed, age, rng.randint(0, 364), sex, culture, language,
        given=given,
        middle=rng.choice("ABCDEFGHJKLMNPRSTVW") if rng.random() < 0.7 else "",
        family=rng.choice(families).replace("\u00a0", " "),
        address={}, phone=_phone(rng), email="",
        clinician=rng.choices(CLINICIANS, CLINICIAN_WEIGHTS)[0],
        insured=rng.random() < 0.93,
    )  # fmt: skip
    _add_health(person, rng)
    _add_quirks(person, rng)
    if head and not {"homeless"} & {*person.needs, *head.needs}:
        _move_in(person, head)
    return person


def _move_in(person: Profile, head: Profile) -> None:
    """One roof, mostly one name, often one telephone."""
    rng = person.stream("household")
    person.address = dict(head.address)
    if rng.random() < 0.85:
        person.family = head.family
    if person.given == head.given:
        _, _, _, _, _, women, men = CULTURES[person.culture]
        names = women if person.sex == "female" else men
        person.given = rng.choice([name for name in names if name != head.given]).replace("\u00a0", " ")
    if head.phone and (person.is_child or rng.random() < 0.4):
        person.phone = head.phone
    person.email = _email(person) if person.email else ""


def _add_health(person: Profile, rng: Random) -> None:
    for key in sample_conditions(rng, person.age, person.sex):
        longest = min(365 * 14, 365 * max(1, person.age - 2))
        person.conditions[key] = -rng.randint(200, max(201, longest))
    person.needs = sample_needs(rng, person.age)
    frail = person.age > 80 or "dementia" in person.conditions or "cognition" in person.conditions
    person.caregiver = person.is_child or (frail and rng.random() < 0.75)


def _add_quirks(person: Profile, rng: Random) -> None:
    """What the systems do not agree about: a missing number, a name typed by ear, an address of before."""
    if person.insured and rng.random() < 0.03:
        person.no_member_id_in = rng.choice(QUIRK_SYSTEMS[:2])
    if rng.random() < 0.05:
        person.misspelled_in = rng.choice(QUIRK_SYSTEMS)
    if rng.random() < 0.08:
        person.old_address_in = rng.choice(QUIRK_SYSTEMS)
    card = person.stream("card")
    if person.insured and not person.no_member_id_in and card.random() < 0.05:
        person.no_member_id_in = card.choice(QUIRK_SYSTEMS[:2])
    person.address = address_of(rng, homeless="homeless" in person.needs)
    person.email = _email(person) if rng.random() < 0.55 else ""
    person.unheld = rng.random() < 0.006 and not person.is_child


def _phone(rng: Random) -> str:
    return "" if rng.random() < 0.02 else f"({rng.choice(AREA_CODES)}) 555-{rng.randint(100, 9999):04d}"


def _email(person: Profile) -> str:
    plain = f"{person.given[0]}{person.family}".encode("ascii", "ignore").decode().lower()
    return f"{''.join(c for c in plain if c.isalpha()) or 'mail'}{person.number}@example.org"


def address_of(rng: Random, homeless: bool = False) -> dict:
    """A house, an apartment, a rural route, a box at the post office, a shelter, or only a town."""
    town, postal = rng.choice(TOWNS)
    street = f"{rng.randint(2, 9899)} {rng.choice(STREETS)} {rng.choice(KINDS)}"
    kind = rng.random()
    if homeless:
        lines = ["Harbor House Shelter, 40 Depot St"] if kind < 0.6 else []
    elif kind < 0.58:
        lines = [street]
    elif kind < 0.86:
        lines = [street, f"{rng.choice(('Apt', 'Unit', '#'))} {rng.randint(1, 420)}{rng.choice(('', '', 'A', 'B'))}"]
    elif kind < 0.94:
        lines = [f"RR {rng.randint(1, 6)} Box {rng.randint(3, 310)}"]
    elif kind < 0.985:
        lines = [f"PO Box {rng.randint(10, 4999)}"]
    else:
        lines = ["Trailer 7, Lakeview Mobile Home Park"]
    made = {"use": "home", "line": lines, "city": town, "state": "MN", "postalCode": postal, "country": "US"}
    if not lines:
        del made["line"]
    return made
