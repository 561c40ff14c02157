"""Walking a CDA tree: children by path, templates, types, ids, statements. Paths are without namespace (`code/translation`)."""

import functools
from collections.abc import Iterator
from typing import Any

Element = Any
"""An lxml element; lxml has no types of its own that mypy could use across versions."""

V3, SDTC = "urn:hl7-org:v3", "urn:hl7-org:sdtc"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
STATEMENTS = frozenset(
    f"{{{V3}}}{name}"
    for name in [
        "act",
        "encounter",
        "observation",
        "observationMedia",
        "organizer",
        "procedure",
        "regionOfInterest",
        "substanceAdministration",
        "supply",
    ]
)


@functools.cache
def _path(path: str) -> str:
    """With namespaces: a step is CDA's own, or HL7's addition where it begins with `sdtc:`."""
    steps = (
        f"{{{SDTC}}}{step[5:]}" if step.startswith("sdtc:") else step if step in (".", "*") else f"{{{V3}}}{step}"
        for step in path.split("/")
    )
    return "/".join(steps)


def find(element: Element | None, path: str) -> Element | None:
    """The first element at a path below this one."""
    return None if element is None else element.find(_path(path))


def find_all(element: Element | None, path: str) -> list[Element]:
    """All elements at a path below this one."""
    return [] if element is None else element.findall(_path(path))


def attribute(element: Element | None, name: str) -> str:
    """An attribute without surrounding blanks; empty when there is none."""
    return "" if element is None else (element.get(name) or "").strip()


def code_of(element: Element | None, path: str = "") -> str:
    """The `code` attribute of this element, or of the one at a path below it."""
    return attribute(find(element, path) if path else element, "code")


def name_of(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def is_null(element: Element | None) -> bool:
    """Whether the sender said that there is nothing here."""
    return element is None or bool(element.get("nullFlavor"))


def templates(element: Element) -> list[str]:
    """The roots of the templates that an element claims to follow; versions do not matter to us."""
    return list(
        dict.fromkeys(attribute(one, "root") for one in element.findall(_path("templateId")) if one.get("root"))
    )


def has_template(element: Element, *roots: str) -> bool:
    """Whether an element claims one of these templates."""
    return any(root in roots for root in templates(element))


def type_of(element: Element) -> str:
    """The data type in `xsi:type`, without a prefix; empty when it is not said."""
    said = element.get(f"{{{XSI}}}type") or element.get("xsi:type") or ""
    return said.rpartition(":")[2].strip()


def own_statements(element: Element) -> Iterator[Element]:
    """The statements one step below: in entries, entry relationships and components."""
    for link in element:
        if name_of(link) in ("entry", "entryRelationship", "component"):
            yield from (child for child in link if child.tag in STATEMENTS)


def related(element: Element, *, template: str = "", kind: str = "") -> Iterator[Element]:
    """Statements in entry relationships, by template, by type of relationship (`RSON`)."""
    for relation in element.findall(_path("entryRelationship")):
        if kind and attribute(relation, "typeCode") != kind:
            continue
        for child in relation:
            if child.tag in STATEMENTS and (not template or has_template(child, template)):
                yield child


def all_statements(element: Element) -> Iterator[Element]:
    """Every statement below an element, in the order of the document."""
    return (one for one in element.iter() if one.tag in STATEMENTS)
