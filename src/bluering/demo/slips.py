"""What registration desks write otherwise, where no number of another system was told: nicknames, names the other way round, a day for a month."""

from collections.abc import Callable
from random import Random
from typing import Any

from bluering.demo.names import AREA_CODES, CULTURES
from bluering.demo.profile import Profile, address_of

Told = dict[str, Any]
NONE = 0.25
NICKNAMES = {
    "Robert": "Bob", "William": "Bill", "James": "Jim", "Richard": "Rick", "Thomas": "Tom", "Charles": "Chuck", "Michael": "Mike",
    "Daniel": "Dan", "Matthew": "Matt", "Donald": "Don", "Steven": "Steve", "Kenneth": "Ken", "Susan": "Sue", "Barbara": "Barb",
    "Deborah": "Debbie", "Kimberly": "Kim", "Jessica": "Jess", "Angela": "Angie", "Amanda": "Mandy", "Beverly": "Bev", "Dolores": "Lola",
    "Francisco": "Paco", "José": "Pepe", "Guadalupe": "Lupe",
}  # fmt: skip


def slipped(told: Told, person: Profile, source: str) -> Told:
    """The practice's patient as a clerk of this system wrote them who was shown no card; one in four is written right."""
    rng = person.stream(f"slip {source}")
    if person.key or not person.clinician or rng.random() < NONE:
        return told
    return rng.choice(SLIPS)(told, person, rng)


def _nickname(told: Told, person: Profile, rng: Random) -> Told:
    given = NICKNAMES.get(person.given)
    return _named(told, given=given) if given else _initial(told, person, rng)


def _initial(told: Told, person: Profile, rng: Random) -> Told:
    return _named(told, given=told["name"][0]["given"][0][0])


def _swapped(told: Told, person: Profile, rng: Random) -> Told:
    name = told["name"][0]
    return _named(told, given=name["family"], family=name["given"][0])


def _maiden(told: Told, person: Profile, rng: Random) -> Told:
    if person.sex != "female" or person.is_child:
        return _day_for_month(told, person, rng)
    return _named(told, family=rng.choice(CULTURES[person.culture][4]))


def _day_for_month(told: Told, person: Profile, rng: Random) -> Told:
    year, month, day = told["birthDate"].split("-")
    wrong = (
        f"{year}-{day}-{month}"
        if int(day) <= 12 and day != month
        else f"{year[:3]}{(int(year[3]) + 1) % 10}-{month}-{day}"
    )
    return told | {"birthDate": wrong}


def _moved(told: Told, person: Profile, rng: Random) -> Told:
    number = f"({rng.choice(AREA_CODES)}) 555-{rng.randint(100, 9999):04d}"
    return told | {"address": [address_of(rng)], "telecom": [{"system": "phone", "value": number, "use": "mobile"}]}


def _digit(told: Told, person: Profile, rng: Random) -> Told:
    if not person.phone:
        return _initial(told, person, rng)
    number = person.phone[:-1] + str((int(person.phone[-1]) + 1 + rng.randint(0, 7)) % 10)
    return told | {"telecom": [{"system": "phone", "value": number, "use": "home"}]}


def _named(told: Told, given: str = "", family: str = "") -> Told:
    name = told["name"][0]
    made = name | {"given": [given or name["given"][0]], "family": family or name["family"]}
    if "text" in made:
        made["text"] = f"{made['given'][0]} {made['family']}"
    return told | {"name": [made]}


SLIPS: tuple[Callable[[Told, Profile, Random], Told], ...] = (
    _nickname, _initial, _swapped, _maiden, _day_for_month, _moved, _digit,
)  # fmt: skip
