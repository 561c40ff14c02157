"""Names, addresses and telephone numbers of people and organisations."""

import re
from typing import Any

from bluering.intake.ccda.tree import Element, attribute, find, find_all, is_null, name_of
from bluering.intake.ccda.values import drop_empty, period_of

NAME_USES = {"L": "usual", "C": "official", "P": "nickname", "A": "anonymous", "ASGN": "usual", "PHON": "usual"}
USES = {
    "H": "home",
    "HP": "home",
    "HV": "home",
    "WP": "work",
    "DIR": "work",
    "PUB": "work",
    "TMP": "temp",
    "BAD": "old",
}
ADDRESS_TYPES = {"PST": "postal", "PHYS": "physical"}
SCHEMES = {"tel": "phone", "fax": "fax", "mailto": "email", "sms": "sms", "http": "url", "https": "url"}
LOOKS_LIKE_PHONE = re.compile(r"[\d\s().+\-x]{7,30}")


def words_in(element: Element | None) -> str:
    """All text inside, with single blanks."""
    return "" if element is None or is_null(element) else " ".join("".join(element.itertext()).split())


def _parts(element: Element, name: str) -> list[str]:
    return [words for one in find_all(element, name) if (words := words_in(one))]


def human_name(element: Element | None) -> dict[str, Any] | None:
    """A person's name by its parts; a name that is not taken apart is text."""
    if is_null(element):
        return None
    parts = {name: _parts(element, name) for name in ("family", "given", "prefix", "suffix")}
    text = "" if parts["family"] or parts["given"] else words_in(element)
    use = next((NAME_USES[one] for one in attribute(element, "use").split() if one in NAME_USES), "")
    name = drop_empty(parts | {"family": " ".join(parts["family"]), "text": text})
    return drop_empty({"use": use} | name | {"period": period_of(find(element, "validTime"))}) if name else None


def human_names(elements: list[Element]) -> list[dict[str, Any]]:
    """All names that say something."""
    return [name for one in elements if (name := human_name(one))]


def plain_name(name: dict[str, Any] | None) -> str:
    """A name as one line."""
    if not name:
        return ""
    parts = [*name.get("prefix", ()), *name.get("given", ()), name.get("family", ""), *name.get("suffix", ())]
    return name.get("text") or " ".join(part for part in parts if part)


def address(element: Element | None) -> dict[str, Any] | None:
    """A postal address by its parts, with its text where it has none."""
    if is_null(element):
        return None
    made = {
        "line": _parts(element, "streetAddressLine") + _parts(element, "additionalLocator"),
        "city": " ".join(_parts(element, "city")),
        "district": " ".join(_parts(element, "county")),
        "state": " ".join(_parts(element, "state")),
        "postalCode": " ".join(_parts(element, "postalCode")),
        "country": " ".join(_parts(element, "country")),
    }
    found = drop_empty(made) or drop_empty({"text": words_in(element)})
    return _uses(element, ADDRESS_TYPES) | found | _validity(element) if found else None


def addresses(elements: list[Element]) -> list[dict[str, Any]]:
    """All addresses that say something."""
    return [said for one in elements if (said := address(one))]


def telecom(element: Element | None) -> dict[str, Any] | None:
    """A number or address to reach somebody; `tel:` and its like become the kind of line."""
    value = "" if is_null(element) else attribute(element, "value")
    scheme, colon, rest = value.partition(":")
    system = SCHEMES.get(scheme.lower()) if colon else None
    if system is None:
        system = "email" if "@" in value else "phone" if LOOKS_LIKE_PHONE.fullmatch(value) else "other"
        rest = value
    rest = value if system == "url" else rest.strip()
    if not rest:
        return None
    use = "mobile" if "MC" in attribute(element, "use").split() else _uses(element, {}).get("use", "")
    return drop_empty({"system": system, "value": rest, "use": use}) | _validity(element)


def telecoms(elements: list[Element]) -> list[dict[str, Any]]:
    """All lines that say something."""
    return [said for one in elements if (said := telecom(one))]


def _uses(element: Element, types: dict[str, str]) -> dict[str, str]:
    said = attribute(element, "use").split()
    use = next((USES[one] for one in said if one in USES), "")
    kind = next((types[one] for one in said if one in types), "")
    return drop_empty({"use": use, "type": kind})


def _validity(element: Element) -> dict[str, Any]:
    useable = find(element, "useablePeriod")
    return drop_empty({"period": period_of(useable)})


def organization_name(element: Element | None) -> str:
    """The first name of an organisation."""
    return next((words for one in find_all(element, "name") if (words := words_in(one))), "")


def is_named(element: Element | None, *names: str) -> bool:
    """Whether an element has one of these tags."""
    return element is not None and name_of(element) in names
