"""Small ADT messages about Mae Vance, who does not exist, and her stays at County General Hospital."""

from zoneinfo import ZoneInfo

from bluering.intake.hl7v2.fold import fold
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.reading import Reading

SENDER = Sender("county", ZoneInfo("America/Chicago"))
PATIENT = "patient:CGMRN/1001"
VISIT = "visit:CGH/V1"
PID = "PID|1||1001^^^CGMRN^MR||Vance^Mae^Ann||19480305|F|||12 Elm St^^Troy^OH^45373||555-0100"


def adt(
    trigger: str,
    at: str,
    pv1: str | dict | None = None,
    *more: str,
    pid: str = PID,
    visit: str = "V1",
    evn6: str = "",
    control: str = "",
    kind: str = "ADT",
) -> Message:
    """A message recorded at `at`; `pv1` gives fields of PV1 by number, with the visit's number added; None for no PV1."""
    lines = [
        f"MSH|^~\\&|ADT|CGH|||{at}||{kind}^{trigger}|{control or trigger + at}|P|2.5.1",
        f"EVN|{trigger}|{at}||||{evn6}",
    ]
    lines += [pid] if pid else []
    if pv1 is not None:
        lines.append(segment("PV1", {**pv1, 19: visit}))
    return Message.parse("\r".join([*lines, *more]).encode())


def segment(name: str, fields: dict[int, str]) -> str:
    """A segment from its fields by number."""
    return "|".join([name, *(fields.get(n, "") for n in range(1, max(fields, default=0) + 1))])


def read(thread: str, *messages: Message, sender: Sender = SENDER) -> Reading:
    return fold(thread, messages, sender)


def the(kind: str, reading: Reading) -> dict:
    """The only resource of a type."""
    (found,) = [one for one in reading.resources if one["resourceType"] == kind]
    return found


def all_of(kind: str, reading: Reading) -> list[dict]:
    return [one for one in reading.resources if one["resourceType"] == kind]


def encounter(*messages: Message, thread: str = VISIT, sender: Sender = SENDER) -> dict:
    """The Encounter that the messages make."""
    return the("Encounter", read(thread, *messages, sender=sender))


def patient(*messages: Message, thread: str = PATIENT, sender: Sender = SENDER) -> dict:
    """The Patient that the messages make."""
    return the("Patient", read(thread, *messages, sender=sender))
