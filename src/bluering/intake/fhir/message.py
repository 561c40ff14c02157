"""A FHIR message, such as a Da Vinci Alerts notification: its heading, and its resources for the record.

The sender's resources stay as sent; only references inside the Bundle become `Type/id`, and what has no id or no
`meta.lastUpdated` gets one, so that a message that comes late does not put back what a later one has said.
Sources: FHIR R4 "Messaging"; Da Vinci Unsolicited Notifications (Alerts) 1.1.0.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import urlsplit

import orjson

from bluering.intake.reading import FHIR_ID, Reading, Resource, Trouble, provenance, stable_id
from bluering.terminology import fhir_r4

EVENT_LENGTH, LONGEST = 20, 300
CANONICAL = re.compile(r"(?:.*/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/.*)?")


class BadMessage(Exception):
    """Not a message at all: where it goes wrong, and why, without quoting it."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place, self.reason = place, reason


@dataclass(frozen=True)
class Heading:
    """What a message's outside says: who sent it, its number, what happened, and when (with zone; None when not said)."""

    sender: str
    control_id: str
    event: str
    sent_at: dt.datetime | None


def read_heading(raw: bytes) -> Heading:
    """The heading of a message. Raises BadMessage when these bytes are not a FHIR message in JSON."""
    bundle, header = _opened(raw)
    return _heading(raw, bundle, header)


def read_message(raw: bytes, *, source: str) -> Reading:
    """The message's resources, the MessageHeader among them, and a Provenance that names the message they came by.

    `source` is the feed it came by; the Provenance names the sending system, or the feed when the message does not.
    What cannot be used is told by its place (`Bundle.entry[3]`); nothing is raised, whatever the bytes are.
    """
    try:
        bundle, header = _opened(raw)
    except BadMessage as problem:
        return Reading(unreadable=[Trouble(problem.place, problem.reason)])
    heading = _heading(raw, bundle, header)
    reading = _resources(bundle, heading)
    told = [one for one in reading.resources if one["resourceType"] not in ("MessageHeader", "Provenance")]
    if told and heading.sent_at is None:
        reading.not_mapped.append(Trouble("Bundle.timestamp", "is not said, so there is no Provenance of this message"))
    elif told:
        reading.resources.append(_provenance(told, header, heading, source))
    return reading


def _opened(raw: bytes) -> tuple[Resource, Resource]:
    """(Bundle, MessageHeader). Raises BadMessage."""
    try:
        bundle = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as problem:
        raise BadMessage(f"line {problem.lineno}, column {problem.colno}", "not JSON in UTF-8") from None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise BadMessage("resourceType", "not a Bundle; a message is a Bundle of type message")
    if bundle.get("type") != "message":
        raise BadMessage("Bundle.type", "not a message; send a Bundle of type message")
    entries = bundle.get("entry")
    header = entries[0].get("resource") if isinstance(entries, list) and entries and _is_object(entries[0]) else None
    if not _is_object(header) or header.get("resourceType") != "MessageHeader":
        raise BadMessage("Bundle.entry[0]", "not a MessageHeader; the first entry of a message is its MessageHeader")
    return bundle, header


def _is_object(value: Any) -> TypeGuard[Resource]:
    return isinstance(value, dict)


def _heading(raw: bytes, bundle: Resource, header: Resource) -> Heading:
    source, envelope, event = _part(header, "source"), _part(bundle, "identifier"), _part(header, "eventCoding")
    code = _text(event.get("code")) or _text(header.get("eventUri")).rsplit("/", 1)[-1]
    number = _text(header.get("id")) or _text(envelope.get("value")) or _text(bundle.get("id"))
    return Heading(
        sender=_short(_text(source.get("endpoint")) or _text(source.get("name"))),
        control_id=_short(number) or hashlib.sha256(raw).hexdigest()[:40],
        event=_short(code).removeprefix("notification-")[:EVENT_LENGTH],
        sent_at=_instant(bundle.get("timestamp")),
    )


def _part(resource: Resource, name: str) -> Resource:
    value = resource.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _short(text: str) -> str:
    """Fit for a database's index: PostgreSQL takes no NUL, and no key of more than 2.7 kB."""
    return text.replace("\0", "")[:LONGEST]


def _instant(value: Any) -> dt.datetime | None:
    """A moment with its zone, or None: without a zone a moment is not an instant."""
    try:
        moment = dt.datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _resources(bundle: Resource, heading: Heading) -> Reading:
    """Every usable resource, named and dated, with its references resolved."""
    reading, found = Reading(), []
    for place, entry in _entries(bundle):
        resource, reason = _resource(entry)
        if reason:
            reading.unreadable.append(Trouble(place, reason))
        else:
            found.append((_text(entry.get("fullUrl")), resource))
    names = {url: f"{r['resourceType']}/{r['id']}" for url, r in found if url}
    for _, resource in found:
        _resolve(resource, names)
        _date(resource, heading.sent_at)
        reading.resources.append(resource)
    return reading


def _entries(bundle: Resource) -> Iterator[tuple[str, Resource]]:
    for number, entry in enumerate(bundle["entry"]):
        yield f"Bundle.entry[{number}]", entry if _is_object(entry) else {}


def _resource(entry: Resource) -> tuple[Resource, str]:
    """(the entry's resource with an id, '') or ({}, why it cannot be used)."""
    resource = entry.get("resource")
    if not _is_object(resource):
        return {}, "an entry without a resource"
    if _text(resource.get("resourceType")) not in fhir_r4.resource_types():
        return {}, "its resourceType is not one of FHIR R4"
    resource["id"] = resource.get("id") or _made_id(resource, _text(entry.get("fullUrl")))
    if not isinstance(resource["id"], str) or not FHIR_ID.fullmatch(resource["id"]):
        return (
            {},
            "no id that FHIR allows, no identifier and no fullUrl; without one it cannot be told from its next version",
        )
    return resource, ""


def _made_id(resource: Resource, full_url: str) -> str:
    """An id for a resource sent without: from its address on the sender's server, its own identifier, or its uuid.

    A uuid may be new in each message, so an identifier goes before it.
    """
    if full_url.startswith("http") and (match := CANONICAL.fullmatch(urlsplit(full_url).path)):
        return match["id"]
    listed = resource.get("identifier")
    for one in listed if isinstance(listed, list) else [listed]:
        if _is_object(one) and _text(one.get("value")):
            return stable_id(resource["resourceType"], _text(one.get("system")), one["value"])
    return full_url.removeprefix("urn:uuid:") if full_url.startswith("urn:uuid:") else ""


def _resolve(resource: Resource, names: dict[str, str]) -> None:
    """Let every reference inside name its target as `Type/id`, where the target is in the Bundle."""
    waiting: list[Any] = [resource]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            told = value.get("reference")
            if isinstance(told, str):
                value["reference"] = names.get(told, told)
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _date(resource: Resource, sent_at: dt.datetime | None) -> None:
    """The sender's own `meta.lastUpdated` stands: a message forwarded late is dated late, but what it says is not newer."""
    meta = resource.setdefault("meta", {})
    if sent_at is not None and _is_object(meta) and _instant(meta.get("lastUpdated")) is None:
        meta["lastUpdated"] = sent_at.isoformat(timespec="milliseconds")


def _provenance(told: list[Resource], header: Resource, heading: Heading, source: str) -> Resource:
    coding = _part(header, "eventCoding")
    assert heading.sent_at is not None
    return provenance(
        of=told,
        what="FHIR message",
        identifier=heading.control_id,
        recorded=heading.sent_at,
        agent=_text(_part(header, "source").get("name")) or heading.sender or source,
        activity=_text(coding.get("display")) or _text(coding.get("code")),
    )
