"""What is known of a thing, from all messages of its thread. Order of arrival makes no difference."""

import datetime as dt
from collections.abc import Sequence

from bluering.intake.hl7v2.keys import reference
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.registry import registry
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.hl7v2.threads import in_order, recorded, threads_of
from bluering.intake.reading import Reading, Resource, Trouble, provenance, stable_id

FORMAT = "HL7 v2 message"


def fold(thread: str, messages: Sequence[Message], sender: Sender) -> Reading:
    """The resources of one thread (`visit:GENERAL/4711`) from all its messages, in whatever order they are given.

    Messages of threads that `connected` names may be among them. Every resource carries the latest recorded time as
    `meta.lastUpdated`; every message has a Provenance, the same from each of its threads. Pure.
    """
    ordered = in_order(list(messages), sender)
    found = registry[thread.partition(":")[0]](thread, ordered, sender) if ordered else Reading()
    if not found.resources:
        return found
    times = [time for one in ordered if (time := recorded(one, sender))]
    found.resources = [_stamped(one, times) for one in _once(found.resources)]
    for message in ordered:
        if (made := _provenance(message, sender)) is not None:
            found.resources.append(made)
    if len(times) < len(ordered):
        found.not_mapped.append(Trouble("EVN-2 and MSH-7", "no time that can be read; the message has no Provenance"))
    return found


def _once(resources: list[Resource]) -> list[Resource]:
    """Each resource once; the last of the same type and id is meant."""
    return list({(one["resourceType"], one["id"]): one for one in resources}.values())


def _stamped(resource: Resource, times: list[dt.datetime]) -> Resource:
    if not times:
        return resource
    return {**resource, "meta": {**resource.get("meta", {}), "lastUpdated": written(max(times))}}


def written(time: dt.datetime) -> str:
    """A FHIR instant, in UTC so that texts compare as times do."""
    return time.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def _provenance(message: Message, sender: Sender) -> Resource | None:
    """Who said what and when. Its id is the message's own, so that each of its threads gives the same one."""
    time = recorded(message, sender)
    if time is None:
        return None
    known = message.memo.get("provenance")
    if known is not None and known[0] is sender:
        return dict(known[1])
    heading = message.heading
    things = [
        dict(zip(("resourceType", "id"), reference(one).split("/"), strict=True)) for one in threads_of(message, sender)
    ]
    number = heading.control_id or message.digest
    made = provenance(
        of=things, what=FORMAT, identifier=number, recorded=time, agent=heading.sender, activity=heading.event
    )
    made = {**made, "id": stable_id("provenance", message.digest[:40])}
    message.memo["provenance"] = (sender, made)
    return dict(made)
