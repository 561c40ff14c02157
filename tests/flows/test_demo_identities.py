"""Who is who in the demo practice against its hidden truth: nearly everybody found, nobody taken for a twin, a father or a daughter."""

import datetime as dt
from collections import Counter, defaultdict
from itertools import combinations

import pytest

from bluering import practice
from bluering.demo import truth
from bluering.demo.generate import people
from bluering.demo.kin import relatives
from bluering.identity.models import MatchPair, PersonLink

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PERSONS = 1_000
# Floors a little below what is measured: (precision, recall) of what is linked, and of that with the review queue answered rightly.
LINKED, REVIEWED = (1.0, 0.996), 0.997


def pairs_of(whose: dict[str, str]) -> set[tuple[str, ...]]:
    """All pairs of records that are one person's."""
    together = defaultdict(list)
    for key, person in whose.items():
        together[person].append(key)
    return {pair for keys in together.values() for pair in combinations(sorted(keys), 2)}


def test_the_demo_is_linked_as_it_truly_is():
    practice.load_demo(persons=PERSONS, today=dt.date(2026, 11, 23))
    told = truth(PERSONS)
    links = dict(
        PersonLink.objects.filter(undone_at=None, subject_key__in=told).values_list("subject_key", "person_id")
    )
    true, linked = pairs_of({key: told[key] for key in links}), pairs_of(links)
    assert len(true) > 1_800
    assert len(true & linked) / len(linked) >= LINKED[0], sorted(linked - true)
    assert len(true & linked) / len(true) >= LINKED[1], sorted(true - linked)
    waiting = list(MatchPair.objects.filter(state="waiting"))
    asked = {tuple(sorted((told.get(one.left_key, ""), told.get(one.right_key, "")))) for one in waiting}
    found = {pair for pair in true - linked if any(pair == tuple(sorted((w.left_key, w.right_key))) for w in waiting)}
    assert len(true & linked | found) / len(true) >= REVIEWED
    assert len(waiting) <= PERSONS / 40, "a queue that nobody works off"
    kin = Counter(kind for one, other, kind in _relatives() if tuple(sorted((one, other))) in asked)
    assert kin["twin"] >= 1 and kin["namesake"] >= 1


def _relatives():
    for person in people(PERSONS):
        for one in relatives(person):
            kind = "namesake" if one.given == person.given else "twin" if one.age == person.age else "other"
            yield person.id, one.id, kind


def test_the_truth_is_written_nowhere(tmp_path):
    """A relative shares no number with anybody, in no system."""
    told = truth(200)
    assert len(told) == len(set(told)) and len(set(told.values())) == 200 + sum(
        len(list(relatives(p))) for p in people(200)
    )
