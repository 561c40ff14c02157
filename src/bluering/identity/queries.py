"""Reads of who is who."""

from collections.abc import Iterable, Iterator

import numpy as np
from django.db.models import Q

from bluering.access.models import Practice
from bluering.errors import BadInput
from bluering.identity.matching.model import Model
from bluering.identity.matching.thresholds import Decisions, Zones, zones
from bluering.identity.models import MatchPair, PairState, PersonLink


def standing_links(only: Iterable[str] | None = None) -> tuple[list[str], list[str]]:
    """All links that stand, or those of some persons, as two columns: subject keys and their persons."""
    links = PersonLink.objects.filter(undone_at=None)
    parts = [links] if only is None else [links.filter(person_id__in=some) for some in _slices(only)]
    rows = [row for part in parts for row in part.values_list("subject_key", "person_id")]
    return [key for key, _ in rows], [person for _, person in rows]


def persons_of(subject_keys: Iterable[str]) -> dict[str, str]:
    """Who these patients are; those without a Person are left out."""
    found: dict[str, str] = {}
    for some in _slices(subject_keys):
        rows = PersonLink.objects.filter(undone_at=None, subject_key__in=some).values_list("subject_key", "person_id")
        found.update(rows)
    return found


def known_among(subject_keys: Iterable[str]) -> set[str]:
    """Those of the patients who have a Person."""
    return set(subject_keys) & set(standing_links()[0])


def keys_joined_to(subject_keys: Iterable[str]) -> list[str]:
    """All patients who are the same persons as these, these among them when they are linked."""
    persons = set(persons_of(subject_keys).values())
    rows = [PersonLink.objects.filter(undone_at=None, person_id__in=some) for some in _slices(persons)]
    return [key for links in rows for key in links.values_list("subject_key", flat=True)]


def practices_of(person_ids: Iterable[str], practices: Iterable[Practice]) -> dict[str, list[Practice]]:
    """Person → those of these practices whose patient they are, in the practices' order; who is nobody's patient there is left out."""
    of_source: dict[str, list[Practice]] = {}
    for practice in practices:
        for source in practice.sources:
            of_source.setdefault(source, []).append(practice)
    found: dict[str, list[Practice]] = {}
    for some in _slices(person_ids) if of_source else ():
        links = PersonLink.objects.filter(undone_at=None, person_id__in=some, source__in=of_source)
        for person, source in links.values_list("person_id", "source").distinct():
            mine = found.setdefault(person, [])
            mine += [practice for practice in of_source[source] if practice not in mine]
    return {person: sorted(mine, key=lambda one: one.pk) for person, mine in found.items()}


def _slices(values: Iterable[str]) -> Iterator[list[str]]:
    """As many at a time as every database takes in one question."""
    everything = list(dict.fromkeys(values))
    return (everything[start : start + 5_000] for start in range(0, len(everything), 5_000))


def keys_of(person_id: str) -> list[str]:
    """The patients of other systems that are this person."""
    return list(PersonLink.objects.filter(person_id=person_id, undone_at=None).values_list("subject_key", flat=True))


def find_person(named: str) -> str:
    """The person meant by a person's id, by `source/patient id`, or by a patient id that only one person has.

    Raises BadInput when nobody or more than one is meant.
    """
    links = PersonLink.objects.filter(undone_at=None)
    meant = links.filter(Q(person_id=named) | Q(subject_key=named) | Q(subject_key__endswith=f"/{named}"))
    persons = set(meant.values_list("person_id", flat=True)[:50])
    if len(persons) != 1:
        many = "more than one person has it; write it as source/id" if persons else "nobody has that id"
        raise BadInput(f"--person {named}: {many}. It is a person's id, source/patient id, or a patient id.")
    return persons.pop()


def zones_of(model: Model) -> Zones:
    """The thresholds of this installation: the model's, moved by what people here have decided."""
    said = list(
        MatchPair.objects.filter(state__in=(PairState.SAME, PairState.DIFFERENT)).values_list("weight", "state")
    )
    joined = list(MatchPair.objects.filter(state=PairState.JOINED).values_list("weight", flat=True))
    weights, same = [weight for weight, _ in said], [state == PairState.SAME for _, state in said]
    return zones(model, Decisions(np.array(weights, float), np.array(same, bool), np.array(joined, float)))
