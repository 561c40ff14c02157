"""Whom a document's text means: persons of the practice, scored by what of theirs stands in it, with the reasons in words.

Points are added up; what weighs how much is in POINTS. A date of birth alone names nobody in a large practice, nor does a name alone, so
neither reaches NEEDED. The score proposes; a person files.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from bluering.intake.documents.clues import Clues, plain_words
from bluering.record.models import PersonSummary

POINTS = {
    "birth": 40,  # the date of birth beside a word for birth
    "date": 25,  # the date of birth somewhere
    "other_birth": -35,  # beside the word for birth stands only another date
    "family": 20,
    "given": 15,
    "almost": 10,  # a family name that a bad scan may have spoilt
    "together": 10,  # family and given name in one line
    "number": 45,  # a record or member number beside its word
    "phone": 15,
}
NEEDED, SHOWN, LOOKED_AT, ALIKE = 50, 5, 2_000, 0.8
LONG_NAME = 5


@dataclass
class Candidate:
    """Somebody who may be meant: `score` points and `reasons` in words, the weightiest first."""

    person_id: str
    score: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, what: str, words: str) -> None:
        self.score += POINTS[what]
        self.reasons.append(words)


def who_is_meant(clues: Clues) -> list[Candidate]:
    """At most five persons, the likeliest first; empty when nobody of the practice fits well enough."""
    scored = (_score(person, clues) for person in _in_question(clues))
    fitting = [one for one in scored if one.score >= NEEDED]
    return sorted(fitting, key=lambda one: (-one.score, one.person_id))[:SHOWN]


def _in_question(clues: Clues) -> Iterable[PersonSummary]:
    """Persons with a date of birth, a number, a phone or a labelled name of the text."""
    wanted = Q(birth_date__in=[*clues.births, *list(clues.dates)[:50]]) | Q(phone_digits__in=list(clues.phones)[:30])
    for number in list(clues.numbers)[:10]:
        wanted |= Q(mrn__iexact=number) | Q(search__contains=number)
    for words in list(clues.names)[:8]:
        wanted |= _named(words)
    return PersonSummary.objects.filter(wanted).order_by("person_id")[:LOOKED_AT]


def _named(words: tuple[str, ...]) -> Q:
    """Persons of whose family and given name words stand in the search text."""
    both = Q()
    for first in words:
        for second in words:
            if first != second:
                both |= Q(search__contains=first) & Q(search__contains=second)
    return both


def _score(person: PersonSummary, clues: Clues) -> Candidate:
    found = Candidate(person.person_id)
    _numbers(found, person, clues)
    _birth(found, person, clues)
    _name(found, person, clues)
    if pages := clues.phones.get(person.phone_digits[-10:] if person.phone_digits else ""):
        found.add("phone", f"phone on {_pages(pages)}")
    return found


def _numbers(found: Candidate, person: PersonSummary, clues: Clues) -> None:
    own = {person.mrn.lower(), *person.search.split()} - {""}
    for number, pages in clues.numbers.items():
        if number in own:
            found.add("number", f"record number on {_pages(pages)}")
            return


def _birth(found: Candidate, person: PersonSummary, clues: Clues) -> None:
    if person.birth_date is None:
        return
    if pages := clues.births.get(person.birth_date):
        found.add("birth", f"date of birth on {_pages(pages)}")
    elif pages := clues.dates.get(person.birth_date):
        found.add("date", f"a date like the date of birth on {_pages(pages)}")
    elif clues.births:
        found.add("other_birth", "another date of birth stands there")


def _name(found: Candidate, person: PersonSummary, clues: Clues) -> None:
    family, given = plain_words(person.family), plain_words(person.given)
    pages = _all_on(family, clues)
    if pages:
        found.add("family", f"family name on {_pages(pages)}")
    elif _almost(family, clues):
        found.add("almost", "almost the family name")
    if given and (where := clues.words.get(given[0])):
        found.add("given", f"given name on {_pages(where)}")
        if pages and any({*family, given[0]} <= set(line) for line in clues.lines):
            found.add("together", "both names in one line")


def _all_on(words: list[str], clues: Clues) -> list[int]:
    """The pages on which all of these words stand."""
    if not words:
        return []
    return sorted(set.intersection(*(set(clues.words.get(word, ())) for word in words)))


def _almost(words: list[str], clues: Clues) -> bool:
    """Whether a word much like a family name's longest stands there: scans make rn of m, and l of i."""
    longest = max(words, key=len, default="")
    if len(longest) < LONG_NAME:
        return False
    return bool(difflib.get_close_matches(longest, clues.words, n=1, cutoff=ALIKE))


def _pages(pages: list[int]) -> str:
    if len(pages) > 2:
        return f"{len(pages)} pages"
    return ("page " if len(pages) == 1 else "pages ") + " and ".join(map(str, pages))
