"""Write the whole practice, one person after the other, so that a large one needs no more memory than a small one."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from bluering.demo.clock import Clock
from bluering.demo.directory import write_directory
from bluering.demo.kin import relatives, write_relative
from bluering.demo.lists import write_lists
from bluering.demo.medicare import write_summary
from bluering.demo.papers import wants_note, write_note
from bluering.demo.profile import Profile, profile_of
from bluering.demo.scribe import Scribe
from bluering.demo.stories import write_story
from bluering.demo.stories.cast import CAST
from bluering.demo.systems import MAPLE
from bluering.demo.timeline.care import write_care
from bluering.demo.timeline.claims import write_claims
from bluering.demo.timeline.community import write_community
from bluering.demo.timeline.drugs import taken_by, write_drugs
from bluering.demo.timeline.life import life_of
from bluering.demo.timeline.mood import write_mood
from bluering.demo.timeline.prevention import write_prevention
from bluering.demo.timeline.problems import write_problems
from bluering.demo.timeline.referrals import write_referrals
from bluering.demo.timeline.schedule import write_schedule
from bluering.demo.timeline.stays import write_stays
from bluering.demo.timeline.visits import write_visits
from bluering.demo.writer import Writer, clear

SEED = 7
TOLD_EVERY = 100


def people(persons: int, seed: int = SEED) -> Iterator[Profile]:
    """Who belongs to a practice of this size; a larger one begins with the same persons."""
    yield from CAST[:persons]
    for number in range(1, persons - len(CAST) + 1):
        yield profile_of(number, seed)


def write_practice(
    folder: Path, *, persons: int, today: date, seed: int = SEED, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """One NDJSON file per source and type under `folder`, and the documents; what an earlier run left there is removed."""
    clear(folder)
    clock = Clock(today)
    with Writer(folder) as writer:
        write_directory(writer)
        for done, person in enumerate(people(persons, seed), 1):
            (write_story if person.key else write_person)(Scribe(writer, clock, person))
            if wants_note(person, done):
                write_note(folder, person, clock)
            for relative in relatives(person):
                write_relative(writer, clock, relative)
            if on_progress and (done % TOLD_EVERY == 0 or done == persons):
                on_progress(done, persons)
        write_summary(writer, clock)
    write_lists(folder, people(persons, seed), clock, seed)


def write_person(scribe: Scribe) -> None:
    """Everything about an ordinary person."""
    scribe.subject(MAPLE)
    life = life_of(scribe.person, scribe.clock)
    write_problems(scribe)
    write_visits(scribe, life)
    regimens = taken_by(scribe.person)
    write_mood(scribe, regimens)
    write_drugs(scribe, regimens)
    write_stays(scribe, life, regimens)
    write_referrals(scribe)
    write_prevention(scribe)
    write_care(scribe)
    write_community(scribe)
    write_claims(scribe, life)
    write_schedule(scribe, life)
