"""A batch of arrivals as FHIR resources: each message opened, its threads found, each thread folded from all its messages."""

import datetime as dt
import logging
import re
import traceback
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bluering.intake import clinical_documents
from bluering.intake.arrivals import Outcome
from bluering.intake.fhir import message as fhir_message
from bluering.intake.fhir.message import read_message
from bluering.intake.hl7v2 import fold, threads
from bluering.intake.hl7v2.attachments import embedded_documents
from bluering.intake.hl7v2.errors import BadMessage
from bluering.intake.hl7v2.keys import reference
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.sender import Sender, load_sender
from bluering.intake.models import Arrival, ArrivalThread
from bluering.intake.models.arrivals import NOTES, ArrivalState
from bluering.intake.reading import Reading, Resource

log = logging.getLogger(__name__)
HL7V2, FHIR_MESSAGE = "hl7v2", "fhir-message"
# Messages that may carry a document, and what shows in the bytes of one that does.
CARRIERS = ("MDM", "ORU", "REF")
MARKS = re.compile(rb"ClinicalDocument|\|ED\|")
MOST_NOTES = 30
FAULT = "a fault of ours in {place}; the message is kept and can be replayed after an update"


class Shelf:
    """Messages of late, kept parsed by the number of their arrival: what they speak of goes on."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._messages: OrderedDict[int, Message] = OrderedDict()

    def put(self, key: int, raw: bytes) -> Message:
        """Parse a message and keep it. Raises BadMessage."""
        message = self._messages[key] = Message.parse(raw)
        if len(self._messages) > self.most:
            self._messages.popitem(last=False)
        return message

    def take(self, keys: set[int]) -> dict[int, Message]:
        """These messages; those that are not on the shelf are read from the database and not put there."""
        found = {key: self._messages[key] for key in keys if key in self._messages}
        missing = sorted(keys - found.keys())
        for start in range(0, len(missing), 1_000):
            rows = Arrival.objects.filter(pk__in=missing[start : start + 1_000]).values_list("pk", "raw")
            found.update((key, Message.parse(bytes(raw))) for key, raw in rows)
        return found


SHELF = Shelf(most=4_096)


@dataclass
class Batch:
    """What a batch of arrivals says. `origins` tells for each resource an arrival that it came from."""

    resources: list[Resource] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def take(self, reading: Reading, arrival_id: int) -> None:
        """Take over a reading's resources."""
        self.resources += reading.resources
        self.origins += [arrival_id] * len(reading.resources)

    def note(self, reading: Reading, arrival_id: int) -> None:
        """Keep with a message that was taken what of it is not kept, so that the page of its source can show it."""
        known = self.outcomes.get(arrival_id)
        if known is not None and known.state == ArrivalState.DONE and reading.not_mapped:
            said = [f"{trouble.place}: {trouble.reason}" for trouble in reading.not_mapped]
            told = dict.fromkeys([*filter(None, known.reason.split(NOTES)), *said])
            self.outcomes[arrival_id] = replace(known, reason=NOTES.join(list(told)[:MOST_NOTES]))


def read_batch(source: str, arrivals: Sequence[Arrival]) -> Batch:
    """Read arrivals of one source. Nothing is raised for a message: what is wrong with it becomes its outcome."""
    batch, sender = Batch(), load_sender(source)
    opened: dict[int, list[str]] = {}
    for arrival in arrivals:
        if arrival.format == HL7V2:
            _open(arrival, sender, batch, opened)
        elif arrival.format == FHIR_MESSAGE:
            _read_fhir(arrival, batch)
    _remember_threads(source, opened)
    _fold_all(source, sender, opened, batch)
    for key, found in opened.items():
        _read_embedded(key, found, source, batch)
    return _latest(batch)


def _open(arrival: Arrival, sender: Sender, batch: Batch, opened: dict[int, list[str]]) -> None:
    """Find the message's threads. Without a patient it waits in the Inbox, unless it is not for us; why is said."""
    try:
        message = SHELF.put(arrival.pk, bytes(arrival.raw))
        told = threads.threads_of(message, sender)
        found = told if any(one.startswith("patient:") for one in told) else []
        event, at = message.heading.event, threads.when(message, sender)
        why = "" if found else threads.why_not(message, sender)
        lacking = not found and threads.is_for_us(message, sender)
    except BadMessage as problem:
        batch.outcomes[arrival.pk] = Outcome(arrival.pk, ArrivalState.QUARANTINED, str(problem))
        return
    except Exception as fault:
        batch.outcomes[arrival.pk] = Outcome(arrival.pk, ArrivalState.QUARANTINED, _fault(fault))
        return
    state = ArrivalState.DONE if found else ArrivalState.QUARANTINED if lacking else ArrivalState.IGNORED
    batch.outcomes[arrival.pk] = Outcome(arrival.pk, state, why, event, at)
    if found:
        opened[arrival.pk] = found


def _read_embedded(key: int, found: list[str], source: str, batch: Batch) -> None:
    """C-CDA documents that a message carries. Their patient is the message's, whatever numbers each of them uses."""
    message = SHELF.take({key})[key]
    if message.heading.type not in CARRIERS or not MARKS.search(message.raw):
        return
    documents = [(f"document {n}", data) for n, data in enumerate(embedded_documents(message), 1)]
    whose = next((reference(one) for one in found if one.startswith("patient:")), "")
    reading = clinical_documents.about(clinical_documents.read_all(documents, source), whose)
    batch.take(reading, key)
    if reading.unreadable:
        why = "; ".join(f"{trouble.place}: {trouble.reason}" for trouble in reading.unreadable)
        batch.outcomes[key] = replace(batch.outcomes[key], state=ArrivalState.QUARANTINED, reason=why)


def _read_fhir(arrival: Arrival, batch: Batch) -> None:
    """A FHIR message stands for itself; a piece of it that cannot be used sets the whole message apart, once the rest is taken."""
    reading = read_message(bytes(arrival.raw), source=arrival.source)
    batch.take(reading, arrival.pk)
    why = "; ".join(f"{trouble.place}: {trouble.reason}" for trouble in reading.unreadable)
    state = ArrivalState.QUARANTINED if why else ArrivalState.DONE
    event, at = _fhir_heading(arrival)
    batch.outcomes[arrival.pk] = Outcome(arrival.pk, state, why, event, at)
    batch.note(reading, arrival.pk)


def _fhir_heading(arrival: Arrival) -> tuple[str, dt.datetime | None]:
    try:
        heading = fhir_message.read_heading(bytes(arrival.raw))
    except fhir_message.BadMessage:
        return "", None
    return heading.event, heading.sent_at


def _remember_threads(source: str, opened: dict[int, list[str]]) -> None:
    rows = [ArrivalThread(arrival_id=key, source=source, thread=t) for key, found in opened.items() for t in found]
    ArrivalThread.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1_000)


def _fold_all(source: str, sender: Sender, opened: dict[int, list[str]], batch: Batch) -> None:
    """Fold each thread that has news from all its messages, those that came earlier among them."""
    members, messages = _gathered(source, {thread for found in opened.values() for thread in found}, sender)
    for thread, keys in members.items():
        newest = max((key for key in keys if key in opened), default=max(opened))
        try:
            reading = fold.fold(thread, [messages[key] for key in keys], sender)
        except Exception as fault:
            reason = _fault(fault)
            batch.outcomes |= {key: Outcome(key, ArrivalState.QUARANTINED, reason) for key in keys if key in opened}
            continue
        batch.take(reading, newest)
        batch.note(reading, newest)


def _gathered(source: str, wanted: set[str], sender: Sender) -> tuple[dict[str, list[int]], dict[int, Message]]:
    """The arrivals of these threads and of those that are the same thing under another number, each with all their messages."""
    members = _members(source, wanted)
    messages = SHELF.take({key for keys in members.values() for key in keys})
    while more := _same_things(members, messages, sender):
        for thread, others in more.items():
            members |= _members(source, others - members.keys())
            messages |= SHELF.take({key for one in others for key in members.get(one, ())} - messages.keys())
            together = sorted({key for one in (thread, *others) for key in members.get(one, ())})
            members |= dict.fromkeys((thread, *others), together)
    return members, messages


def _same_things(members: dict[str, list[int]], messages: dict[int, Message], sender: Sender) -> dict[str, set[str]]:
    """Thread → other threads that are the same thing and whose messages do not stand with it yet."""
    found = {}
    for thread, keys in members.items():
        if thread.startswith("visit:"):
            others = set(threads.connected(thread, [messages[key] for key in keys], sender))
            if any(members.get(other) != keys for other in others):
                found[thread] = others
    return found


def _members(source: str, wanted: set[str]) -> dict[str, list[int]]:
    """Thread → its arrivals."""
    names = sorted(wanted)
    found: dict[str, list[int]] = {}
    for start in range(0, len(names), 1_000):
        some = names[start : start + 1_000]
        rows = ArrivalThread.objects.filter(source=source, thread__in=some).order_by("arrival_id")
        for thread, arrival in rows.values_list("thread", "arrival_id"):
            found.setdefault(thread, []).append(arrival)
    return found


def _latest(batch: Batch) -> Batch:
    """Each resource once: of two versions the one updated last."""
    at: dict[tuple[str, str], int] = {}
    for number, resource in enumerate(batch.resources):
        key = (resource["resourceType"], resource["id"])
        if key not in at or _updated(batch.resources[at[key]]) <= _updated(resource):
            at[key] = number
    kept = sorted(at.values())
    return Batch([batch.resources[n] for n in kept], [batch.origins[n] for n in kept], batch.outcomes)


def _updated(resource: Resource) -> str:
    return resource.get("meta", {}).get("lastUpdated", "")


def _fault(fault: BaseException) -> str:
    """Where our code went wrong, never with what: the place is logged, the message's content is not."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    place = f"{last.filename.rsplit('/', 1)[-1]}, line {last.lineno} ({type(fault).__name__})"
    log.error("A message could not be read: %s", place)
    return FAULT.format(place=place)
