"""Coded values: codes with their translations, and the words that the sender used for them."""

from collections.abc import Callable
from typing import Any

from bluering.intake.ccda.systems import uri_of
from bluering.intake.ccda.tree import Element, attribute, find, find_all
from bluering.intake.ccda.values import drop_empty, once

Words = Callable[[Element | None], str]
"""Gives the text of an `originalText` or `text` element, though it stands elsewhere in the narrative."""

NESTING = 4


def coding_of(element: Element | None) -> dict[str, str] | None:
    """One code with its system; None where the sender gave no code."""
    code = attribute(element, "code")
    if not code:
        return None
    system, display = uri_of(attribute(element, "codeSystem")), attribute(element, "displayName")
    version = attribute(element, "codeSystemVersion")
    return drop_empty({"system": system, "version": version, "code": " ".join(code.split()), "display": display})


def codings_of(element: Element | None, depth: int = 0) -> list[dict[str, str]]:
    """The code and its translations, each once."""
    if element is None or depth > NESTING:
        return []
    own = coding_of(element)
    others = (one for translation in find_all(element, "translation") for one in codings_of(translation, depth + 1))
    return once([*([own] if own else []), *others])


def concept_of(element: Element | None, words: Words) -> dict[str, Any] | None:
    """A code as CodeableConcept, its text the sender's words, else the code's name. None when nothing is said."""
    if element is None:
        return None
    codings = codings_of(element)
    text = " ".join(words(find(element, "originalText")).split())
    text = (
        text or attribute(element, "displayName") or next((one["display"] for one in codings if "display" in one), "")
    )
    return drop_empty({"coding": codings, "text": text}) or None


def coded(system: str, code: str, display: str = "") -> dict[str, Any]:
    """A concept of ours, with one code."""
    return {"coding": [drop_empty({"system": system, "code": code, "display": display})]}
