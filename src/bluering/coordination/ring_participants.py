"""Which sightings speak of the same participant, and whom a name or a fact means.

Persons and organisations are told apart by name, by the source's own id and by NPI (`record.providers`), and never guessed: two
clinicians of one family name stay two. A weak sighting (a prescription, an unnamed visit) may also go by an alias, such as its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from bluering.coordination.ring_sightings import ANSWERS, COORDINATES, MENTIONED, WROTE, Sighting
from bluering.coordination.ring_values import from_source, key_of, say_day
from bluering.record.providers import Directory, Known

QUIET_AFTER_DAYS = 180
ROLES = {
    "clinic": "clinician", "family": "family", "community": "community", "pharmacy": "pharmacy",
    "specialist": "specialist", "hospital": "hospital", "payer": "payer",
}  # fmt: skip


@dataclass(eq=False)
class Face:
    """Somebody around the person, while the ring is made. `last` is the newest exchange that has happened."""

    key: str
    name: str
    kind: str
    role: str
    weight: int
    first: Sighting
    last: Sighting | None = None
    coming: Sighting | None = None
    facts: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    phone: str = ""
    confirmed: bool = False

    @property
    def id(self) -> str:
        return "-".join(self.key.split())

    @property
    def day(self) -> date | None:
        return self.last.day if self.last else None

    def add(self, seen: Sighting, today: date) -> None:
        """Take in one more sighting; they come with the strongest first."""
        self.facts.add(seen.fact)
        self.role, self.phone = self.role or seen.role, self.phone or seen.phone
        if seen.source:
            self.sources.add(seen.source)
        if seen.day is None:
            return
        if seen.day > today or seen.what == "visit booked":
            if self.coming is None or seen.day < (self.coming.day or today):
                self.coming = seen
            return
        self.days.add(seen.day)
        if self.day is None or seen.day > self.day:
            self.last = seen

    def is_quiet(self, today: date) -> bool:
        return self.day is None or (today - self.day).days > QUIET_AFTER_DAYS

    def why(self, today: date) -> str:
        """When something last passed, what, and from which source."""
        coming = f"; visit booked for {say_day(self.coming.day, today)}" if self.coming else ""
        if self.last is None:
            return f"No exchange on record{coming}; {self.first.what}{from_source(self.first.source)}."
        last = f"{say_day(self.day, today)}: {self.last.what}{from_source(self.last.source)}"
        if self.is_quiet(today):
            return f"No exchange in the last {QUIET_AFTER_DAYS} days; the last was on {last}{coming}."
        return f"Last exchange on {last}{coming}."


class Faces:
    """Everybody around one person, and how to find them."""

    def __init__(
        self, sightings: Iterable[Sighting], *, person_name: str, today: date, directory: Directory | None = None
    ) -> None:
        self.by_key: dict[str, Face] = {}
        self._members: dict[str, Face] = {}
        self._aliases: dict[str, Face] = {}
        self._facts: dict[str, list[Face]] = {}
        self._today = today
        self._directory = directory or Directory()
        self._nobody = {"", key_of(person_name)}
        for seen in sorted(sightings, key=_strongest_first):
            self.meet(seen)

    def meet(self, seen: Sighting) -> None:
        """Take in one more sighting. The person is not on their own ring."""
        if key_of(seen.name) in self._nobody and seen.weight != ANSWERS:
            return
        key, member = key_of(seen.name), self._member(seen)
        face = self._members.get(member) or self.by_key.get(key)
        if face is None and seen.weight <= MENTIONED:
            face = self._aliases.get(key)
        if face is None and seen.weight == WROTE:
            return
        if face is None:
            face = self.by_key[key] = Face(key, seen.name.strip(), seen.kind, seen.role, seen.weight, seen)
        face.add(seen, self._today)
        if known := self._known(seen):
            _take_from(known, face)
        if member:
            self._members.setdefault(member, face)
        for alias in filter(None, map(key_of, (*seen.aliases, seen.name))):
            self._aliases.setdefault(alias, face)
        if seen.fact and face not in self._facts.setdefault(seen.fact, []):
            self._facts[seen.fact].append(face)

    def leave(self, face: Face) -> None:
        """Take somebody off who is no longer involved."""
        del self.by_key[face.key]

    def _member(self, seen: Sighting) -> str:
        """The source's own id of them, or the provider that several sources tell of under one NPI or one name and address."""
        known = self._known(seen)
        return known.key if known else seen.member

    def _known(self, seen: Sighting) -> Known | None:
        return self._directory.by_telling.get(seen.member)

    def __iter__(self):
        return iter(self.by_key.values())

    @property
    def primary(self) -> Face:
        """The person's own clinician, or the practice."""
        return next((face for face in self if face.first.weight == ANSWERS), next(iter(self)))

    @property
    def coordinator(self) -> Face | None:
        return next((face for face in self if face.first.weight == COORDINATES), None)

    def of_kind(self, kind: str) -> list[Face]:
        return [face for face in self if face.kind == kind]

    def named(self, name: str) -> Face | None:
        """Whom a name means: that name, an alias, or the only one whose name holds all its words."""
        key = key_of(name or "")
        if face := self.by_key.get(key) or self._aliases.get(key):
            return face
        words = set(key.split())
        near = [face for face in self if words and _one_holds_the_other(words, set(face.key.split()))]
        return near[0] if len(near) == 1 else None

    def of_fact(self, fact: str) -> list[Face]:
        return self._facts.get(fact, [])


def _take_from(known: Known, face: Face) -> None:
    """What the directory adds to a face: a clinician's specialty and phone, an organisation's phone. A doctor's are not the hospital's."""
    person = face.kind in ("clinic", "specialist")
    if person != (known.kind == "practitioner"):
        return
    face.phone = face.phone or known.phone
    if person:
        face.role = face.role or known.specialty.lower()


def _strongest_first(seen: Sighting) -> tuple:
    newest = -(seen.day.toordinal() if seen.day else 0)
    return -seen.weight, newest, seen.name, seen.source, seen.fact, seen.what


def _one_holds_the_other(some: set[str], others: set[str]) -> bool:
    return some <= others or (len(others) > 1 and others <= some)
