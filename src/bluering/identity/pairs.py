"""Decisions about pairs: join, keep apart, put off, take back. Every link that follows names its pair, so that it can be undone.

What moved is returned; whoever calls lets work and facts follow (`pipeline.who_is_who`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bluering.access import audit
from bluering.errors import BadInput, Refusal
from bluering.identity.link import APART
from bluering.identity.models import MatchPair, PairEvent, PairState, Person, PersonLink
from bluering.identity.queries import keys_joined_to, persons_of

SYSTEM = "system"
TOGETHER, TAKEN_BACK = "taken for one person", "no longer taken for one person"
OPEN = (PairState.WAITING, PairState.UNSURE)
# What people said. It is not asked again, and not undone by weights.
SAID = (PairState.SAME, PairState.DIFFERENT)
# What makes one person of two.
HOLDING = (PairState.SAME, PairState.JOINED)


@dataclass(frozen=True)
class Parting:
    """A patient left `person`, who goes on without it, and is `other` now; it had been with them since `since`."""

    person: str
    other: str
    since: datetime


@dataclass(frozen=True)
class Moves:
    """`keys`: patients whose person changed. `homes`: who each person concerned would be without any decision → who they are now."""

    keys: frozenset[str] = frozenset()
    homes: Mapping[str, str] = field(default_factory=dict)
    partings: tuple[Parting, ...] = ()

    @property
    def persons(self) -> set[str]:
        """Everybody concerned."""
        return {*self.homes, *self.homes.values()}

    def and_then(self, later: "Moves") -> "Moves":
        """Both, of which the later one says who everybody is now."""
        return Moves(self.keys | later.keys, {**self.homes, **later.homes}, self.partings + later.partings)


@transaction.atomic
def decide(pair_id: int, verdict: str, *, by: str, note: str = "") -> Moves:
    """What somebody says of a pair: `same`, `different` or `unsure`. The same again changes nothing.

    Raises BadInput for any other word, and Refusal for a note that is too long, and for two that other decisions of people make one.
    """
    if verdict not in (PairState.SAME, PairState.DIFFERENT, PairState.UNSURE):
        raise BadInput("A pair is the same, different, or unsure. Choose one of these.")
    if len(note) > 1_000:
        raise Refusal("The note is longer than 1,000 characters. Shorten it.")
    pair = MatchPair.objects.select_for_update().get(pk=pair_id)
    _note(pair, PairState(verdict), by, note)
    moves = settle([pair], by=by)
    if verdict == PairState.DIFFERENT and _is_one(pair):
        moves = moves.and_then(_part(pair, by))
    audit.record(None, "identity.decide", None, f"pair {pair.pk}: {verdict} by {by}")
    return moves


@transaction.atomic
def take_back(pair_id: int, *, by: str) -> Moves:
    """Ask again: what followed from the last decision is undone, and the pair waits."""
    pair = MatchPair.objects.select_for_update().get(pk=pair_id)
    _note(pair, PairState.WAITING, by, "")
    moves = settle([pair], by=by)
    audit.record(None, "identity.take_back", None, f"pair {pair.pk} by {by}")
    return moves


def settle(about: Iterable[MatchPair], *, by: str) -> Moves:
    """Bring the links in step with what is decided of these pairs and of every pair that hangs together with them.

    Who a patient would be without decisions is the person of its last link that follows from no pair, or sets it apart. Persons whom pairs hold together
    are one, the one that is longer known. So the order in which decisions are made and taken back does not matter.
    """
    keys, holding = _hanging_together({key for pair in about for key in (pair.left_key, pair.right_key)})
    bases = _bases(keys)
    homes = {person: person for person in bases.values()}
    for pair in holding:
        one, other = _root(homes, bases[pair.left_key]), _root(homes, bases[pair.right_key])
        if one != other:
            older, younger = sorted((one, other), key=_age)
            homes[younger] = older
    homes = {person: _root(homes, person) for person in homes}
    return _write(bases, homes, holding, by)


def _root(homes: Mapping[str, str], person: str) -> str:
    while homes[person] != person:
        person = homes[person]
    return person


def _hanging_together(keys: set[str]) -> tuple[set[str], list[MatchPair]]:
    """These patients, whoever is one person with them, whoever pairs hold together with those; and the pairs that do."""
    size = -1
    holding: list[MatchPair] = []
    while len(keys) != size:
        size = len(keys)
        keys |= set(keys_joined_to(keys))
        holding = [pair for pair in pairs_about(keys) if pair.state in HOLDING]
        keys |= {key for pair in holding for key in (pair.left_key, pair.right_key)}
    known = set(persons_of(keys))
    return known, [pair for pair in holding if {pair.left_key, pair.right_key} <= known]


def _bases(keys: Iterable[str]) -> dict[str, str]:
    standing = Q(pair=None) | Q(reason=APART, pair__state=PairState.DIFFERENT)
    links = PersonLink.objects.filter(standing, subject_key__in=list(keys)).order_by("id")
    return dict(links.values_list("subject_key", "person_id"))


def _age(person: str) -> tuple[int, str]:
    first = PersonLink.objects.filter(person_id=person).order_by("id").values_list("id", flat=True).first()
    return first or 0, person


def _write(bases: Mapping[str, str], homes: Mapping[str, str], holding: list[MatchPair], by: str) -> Moves:
    standing = {
        link.subject_key: link for link in PersonLink.objects.filter(subject_key__in=list(bases), undone_at=None)
    }
    moved = [key for key, base in bases.items() if standing[key].person_id != homes[base]]
    before = {standing[key].person_id for key in moved}
    for key in moved:
        base, home = bases[key], homes[bases[key]]
        because = None if home == base else next((p for p in holding if key in (p.left_key, p.right_key)), holding[0])
        _relink(standing[key], home, TAKEN_BACK if because is None else TOGETHER, by, because)
    if not moved:
        return Moves()
    partings = _partings([(standing[key], homes[bases[key]]) for key in moved])
    return Moves(frozenset(moved), {person: person for person in before} | dict(homes), partings)


def _partings(gone: list[tuple[PersonLink, str]]) -> tuple[Parting, ...]:
    """Of links that were undone, those whose person goes on with other patients; `gone`: the link, and who its patient is now."""
    still = PersonLink.objects.filter(undone_at=None, person_id__in=[link.person_id for link, _ in gone])
    going_on = set(still.values_list("person_id", flat=True))
    return tuple(
        Parting(link.person_id, now, link.created_at) for link, now in gone if link.person_id in going_on - {now}
    )


def _is_one(pair: MatchPair) -> bool:
    return len(set(persons_of([pair.left_key, pair.right_key]).values())) == 1


def _part(pair: MatchPair, by: str) -> Moves:
    """Two who are one person all the same are two from now on: what the weights joined is asked anew, a shared number no longer counts."""
    ends = {pair.left_key, pair.right_key}
    bases = _bases(ends)
    if len(set(bases.values())) == 1:
        return _set_apart(pair, by)
    _, holding = _hanging_together(set(ends))
    asked = [one for one in holding if one.state == PairState.JOINED and ends & {one.left_key, one.right_key}]
    for one in asked:
        _note(one, PairState.WAITING, SYSTEM, "")
    moves = settle([pair, *asked], by=by)
    if _is_one(pair):
        said = sorted(one.pk for one in holding if one.state == PairState.SAME)
        raise Refusal(
            f"Other decisions make them one person: pair {', '.join(map(str, said))}. Take one of these back first."
        )
    return moves


def _set_apart(pair: MatchPair, by: str) -> Moves:
    """The patient on the right gets a person of their own for as long as this decision stands."""
    link = PersonLink.objects.get(subject_key=pair.right_key, undone_at=None)
    person = Person.objects.create()
    _relink(link, person.pk, APART, by, pair)
    homes = {link.person_id: link.person_id, person.pk: person.pk}
    return Moves(frozenset([pair.right_key]), homes, _partings([(link, person.pk)]))


def _relink(link: PersonLink, person: str, reason: str, by: str, pair: MatchPair | None = None) -> None:
    PersonLink.objects.filter(pk=link.pk).update(undone_at=timezone.now(), undone_by=by)
    PersonLink.objects.create(
        person_id=person, subject_key=link.subject_key, source=link.source, reason=reason, created_by=by, pair=pair
    )


def _note(pair: MatchPair, state: PairState, by: str, note: str) -> None:
    open_again = state == PairState.WAITING
    pair.state, pair.note = state, note
    pair.decided_by, pair.decided_at = ("", None) if open_again else (by, timezone.now())
    pair.save(update_fields=["state", "note", "decided_by", "decided_at"])
    PairEvent.objects.create(
        pair=pair, by=by, state=state, note=note, probability=pair.probability, model_version=pair.model_version
    )


@transaction.atomic
def joined_by_itself(pairs: Iterable[MatchPair]) -> tuple[int, Moves]:
    """Join these pairs, the strongest first; returns how many. One that would give a person two patients of one system waits for somebody."""
    moves, joined = Moves(), 0
    for pair in sorted(pairs, key=lambda one: -one.weight):
        if _share_a_source(pair):
            continue
        _note(pair, PairState.JOINED, SYSTEM, "")
        moves = moves.and_then(settle([pair], by=SYSTEM))
        joined += 1
    return joined, moves


def _share_a_source(pair: MatchPair) -> bool:
    """Would one person have two patients of one system? That is for people to say."""
    persons = set(persons_of([pair.left_key, pair.right_key]).values())
    links = PersonLink.objects.filter(person_id__in=persons, undone_at=None)
    sources = list(links.values_list("source", flat=True))
    return len(persons) > 1 and len(sources) != len(set(sources))


def waiting() -> int:
    """How many pairs nobody has looked at."""
    return MatchPair.objects.filter(state=PairState.WAITING).count()


def pairs_about(keys: Iterable[str]) -> list[MatchPair]:
    """Every pair that names one of these patients."""
    known = list(keys)
    return list(MatchPair.objects.filter(Q(left_key__in=known) | Q(right_key__in=known)).order_by("-probability"))
