"""The health plan's monthly lists of members, as its portal exports them: nearly what the practice knows, and never quite.

Most persons stand on all of them. Some come with the newest, some leave with it, one in a hundred is left out though covered, and some
are on it whom the practice has never seen. The plan's score follows what it paid for, with an eye of its own.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from bluering.demo.clock import Clock
from bluering.demo.conditions import CODES
from bluering.demo.directory import display, npi_of
from bluering.demo.profile import Profile, profile_of
from bluering.demo.systems import HEARTLAND, patient_resource

ROSTER = "heartland-roster"
PAYER, SCORE = "Heartland Health Plan", "Heartland Care Priority"
MONTHS = 3
# Persons whom only the plan knows: their numbers begin here, one for so many of the practice.
STRANGERS_FROM, ONE_STRANGER_FOR = 500_000, 150
HEADER = (
    "Roster Month", "Member ID", "Last Name", "First Name", "DOB", "Sex", "Address", "City", "State", "ZIP", "PCP NPI", "PCP Name",
    "Attribution Start", "Risk Score", "Risk Drivers",
)  # fmt: skip


def write_lists(folder: Path, people: Iterable[Profile], clock: Clock, seed: int) -> None:
    """One CSV file for each of the last months, in the folder of the source."""
    place = folder / ROSTER
    place.mkdir(parents=True, exist_ok=True)
    members = [one for one in people if one.insured]
    members += [profile_of(STRANGERS_FROM + number, seed) for number in range(-(-len(members) // ONE_STRANGER_FOR))]
    for back in range(MONTHS):
        month = month_before(clock.today, back)
        with (place / f"members_{month:%Y-%m}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(row(one, month, clock) for one in on_list(members, back))


def month_before(today: date, back: int) -> date:
    """The first day of the month so many months ago."""
    number = today.year * 12 + today.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def on_list(members: Iterable[Profile], back: int) -> Iterator[Profile]:
    """Who stood on the list so many months ago."""
    for one in members:
        if one.key or not _missing(one.stream("roster").random(), back):
            yield one


def _missing(lot: float, back: int) -> bool:
    """One in a hundred is never on it; of each month's list about as many are new, and as many are not on the next."""
    if lot < 0.01:
        return True
    left, came = lot - 0.01, lot - 0.04
    return (0 <= left < 0.02 and back < 1 + int(left >= 0.012)) or (0 <= came < 0.02 and back > int(came >= 0.01))


def row(person: Profile, month: date, clock: Clock) -> list[str]:
    """One member as the plan's portal writes them."""
    told = patient_resource(HEARTLAND, person, clock)
    name, address = told["name"][0], told["address"][0]
    born = date.fromisoformat(told["birthDate"])
    since = month_before(clock.today, person.stream("attributed").randint(MONTHS, 30))
    score, drivers = score_of(person)
    return [
        f"{month:%Y-%m}", person.member_id, name["family"], name["given"][0], f"{born:%m/%d/%Y}", person.sex[0].upper(),
        " ".join(address.get("line", [])), address["city"], address["state"], address["postalCode"],
        npi_of(person.clinician), display(person.clinician), f"{since:%m/%d/%Y}", str(score), drivers,
    ]  # fmt: skip


def score_of(person: Profile) -> tuple[int, str]:
    """The plan's points (1 to 99) and what it says drives them."""
    rng = person.stream("plan's score")
    points = 8 + 9 * person.burden + max(0, person.age - 55) // 2 + rng.randint(-6, 6)
    if rng.random() < 0.02:
        points += 45
    drivers = [CODES[key][0][1] for key in person.conditions if key in CODES][:3]
    return min(99, max(1, points)), "; ".join(drivers) or "Cost of the last 12 months"
