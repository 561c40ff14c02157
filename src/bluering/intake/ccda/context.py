"""What the readers of one document share: the patient, the narrative, the resources made so far, the statements used."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson

from bluering.intake.ccda.codes import concept_of
from bluering.intake.ccda.systems import NPI, SSN
from bluering.intake.ccda.tree import Element, attribute, find_all, is_null, name_of, templates
from bluering.intake.ccda.values import drop_empty, identifiers_of, once
from bluering.intake.ccda.words import Narrative
from bluering.intake.reading import Resource, Trouble, stable_id

NAMESAKES, LONGEST_LIST = 20, 200
"""How many resources one id may stand for, and how long a list grows by joining: more is an accident or meant to harm."""

Reference = dict[str, str]
Result = TypeVar("Result")
SHARED = frozenset(["Encounter", "Location", "Organization", "Practitioner", "PractitionerRole", "RelatedPerson"])
"""Types of which a document tells the same one at several places, each time something more."""


Reader = Callable[["Context", Element], None]
"""Turns one statement into resources; raises Unusable when it cannot."""


class Unusable(Exception):
    """A statement that cannot become a resource; the reason names no value."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass
class Section:
    """The section being read. `place` is how a trouble names it."""

    code: str
    title: str
    place: str
    element: Element


@dataclass
class Context:
    """One document while it is being read. `document` names the set it belongs to, `digest` these very bytes."""

    document: str
    digest: str
    narrative: Narrative
    section: Section
    resources: dict[tuple[str, str], Resource] = field(default_factory=dict)
    known: dict[tuple[str, str], list[Reference]] = field(default_factory=dict)
    entries: dict[Element, int] = field(default_factory=dict)
    positions: dict[Element, int] = field(default_factory=dict)
    added: list[tuple[str, str]] = field(default_factory=list)
    made: dict[Element, list[tuple[str, str]]] = field(default_factory=dict)
    used: set[Element] = field(default_factory=set)
    refused: dict[Element, Trouble] = field(default_factory=dict)
    broken: list[Trouble] = field(default_factory=list)
    activities: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[Callable[[], None]] = field(default_factory=list)
    patient: Reference = field(default_factory=dict)
    written: str | None = None
    patient_key: str = ""
    patient_ids: set[tuple[str, str]] = field(default_factory=set)

    def words(self, element: Element | None) -> str:
        """The text of an element, from the narrative where it refers there."""
        return self.narrative.words(element)

    def concept(self, element: Element | None) -> dict[str, Any] | None:
        """A coded value with the sender's words."""
        return concept_of(element, self.words)

    def concepts(self, elements: list[Element]) -> list[dict[str, Any]]:
        """All coded values that say something."""
        return [said for one in elements if (said := self.concept(one))]

    def add(self, resource: Resource, element: Element, *, key: str = "", about_patient: bool = True) -> Reference:
        """Keep a resource made from an element, under an id that the same element always gives.

        `key` tells resources of one type apart that come from one element, or stands in for a missing id.
        """
        kind, owner = resource["resourceType"], self.patient_key if about_patient else ""
        resource = drop_empty({"resourceType": kind, "id": self._id(kind, element, key, owner)} | resource)
        resource = self._settled(resource)
        self.resources[kind, resource["id"]] = resource
        reference = {"reference": f"{kind}/{resource['id']}"}
        self.used.add(element)
        self.added.append((kind, resource["id"]))
        self.made.setdefault(element, []).append((kind, resource["id"]))
        self._remember(element, reference)
        return reference

    def _id(self, kind: str, element: Element, key: str, owner: str) -> str:
        own = next((one for one in keys_of(element)), None)
        if own:
            return stable_id(kind.lower(), owner, *own, key)
        if key and kind in SHARED:
            return stable_id(kind.lower(), owner or self.document, "|", key)
        return stable_id(kind.lower(), owner, self.document, self._path(element), key)

    def _settled(self, resource: Resource) -> Resource:
        """As it goes in beside what is there: joined with what it repeats, or under an id of its own where senders reuse one."""
        kind, there = resource["resourceType"], self.resources.get((resource["resourceType"], resource["id"]))
        if there is None or there == resource:
            return resource
        if kind in SHARED:
            return joined(there, resource)
        digest = hashlib.sha256(orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)).hexdigest()
        return resource | {"id": stable_id(kind.lower(), resource["id"], digest)}

    def _remember(self, element: Element, reference: Reference) -> None:
        for own in keys_of(element):
            there = self.known.setdefault(own, [])
            if len(there) < NAMESAKES and reference not in there:
                there.append(reference)

    def of(self, element: Element, *kinds: str) -> Reference | None:
        """The resource of these types that one of an element's ids was given to, here or elsewhere in the document."""
        for own in keys_of(element):
            for reference in self.known.get(own, ()):
                if reference["reference"].split("/")[0] in kinds:
                    return reference
        return None

    def resource(self, reference: Reference) -> Resource:
        """The resource behind a reference that `add` gave."""
        kind, _, one = reference["reference"].partition("/")
        return self.resources[kind, one]

    def trouble(self, element: Element, reason: str) -> None:
        """A statement that could not be used, and why."""
        self.refused[element] = Trouble(self.place(element), reason)

    def attempt(self, element: Element, work: Callable[[], Result]) -> Result | None:
        """Do something with one of several statements; where it cannot be used, the others still are."""
        try:
            return work()
        except Unusable as problem:
            self.trouble(element, problem.reason)
            return None

    def later(self, work: Callable[[], None]) -> None:
        """Do something once all sections are read, when every id is known."""
        self.waiting.append(work)

    def use(self, *elements: Element) -> None:
        """These statements went into a resource."""
        self.used.update(elements)

    def identifiers(self, element: Element) -> list[dict[str, Any]]:
        """The `id`s of a statement as FHIR identifiers."""
        return identifiers_of(find_all(element, "id"))

    def place(self, element: Element) -> str:
        """Where a statement stands, in words: section, entry, kind and template."""
        marks = templates(element)
        kind = name_of(element) + (f" {marks[0]}" if marks else "")
        number = self._entry_number(element)
        return ", ".join(part for part in (self.section.place, f"entry {number}" if number else "", kind) if part)

    def _path(self, element: Element) -> str:
        """The element's place in the tree, which the same document always gives."""
        steps = [element, *element.iterancestors()]
        return "/".join(str(self._position(step)) for step in reversed(steps))

    def _position(self, element: Element) -> int:
        """The number of an element among its siblings; those of one parent are counted once."""
        if element not in self.positions:
            parent = element.getparent()
            self.positions |= {one: n for n, one in enumerate([element] if parent is None else parent, 1)}
        return self.positions[element]

    def _entry_number(self, element: Element) -> int:
        """The number of the entry, in its section, that a statement belongs to; 0 outside of entries."""
        return next((self.entries[step] for step in element.iterancestors() if step in self.entries), 0)


def keys_of(element: Element) -> list[tuple[str, str]]:
    """The ids of an element as (root, extension): an NPI first, a social security number last."""
    found = [
        (attribute(one, "root"), attribute(one, "extension"))
        for one in find_all(element, "id")
        if not is_null(one) and one.get("root")
    ]
    return sorted(found, key=lambda own: (own[0] == SSN, own[0] != NPI))


def joined(there: Resource, more: Resource) -> Resource:
    """Two tellings of one thing: the first one's word stands, lists take in what is new; a visit that either knows is over is."""
    both = more | there
    if "period" in both:
        both["period"] = more.get("period", {}) | there.get("period", {})
    if more.get("status") == "finished":
        both["status"] = "finished"
    if there.get("class", {}).get("code") == "UNK":
        both["class"] = more["class"]
    for name, values in more.items():
        if isinstance(values, list) and isinstance(there.get(name), list):
            both[name] = once([*there[name], *values])[: max(LONGEST_LIST, len(there[name]))]
    return both
