"""HL7 v2 text: escaped values, segments by field number, and whole messages."""

from collections.abc import Mapping, Sequence

ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})


def joined(*components: str) -> str:
    """Components of one field, each escaped; empty ones at the end are left out."""
    return "^".join(one.translate(ESCAPES) for one in components).rstrip("^")


def segment(name: str, fields: Mapping[int, str]) -> str:
    """A segment of fields that are written out already, by number."""
    return "|".join([name, *(fields.get(number, "") for number in range(1, max(fields) + 1))])


def stamp(moment: str) -> str:
    """A FHIR date, or a moment with its offset, as a v2 time."""
    day, _, rest = moment.partition("T")
    clock, zone = rest[:8], rest[8:]
    return day.replace("-", "") + clock.replace(":", "") + zone.replace(":", "")


def message(kind: str, sender: str, at: str, number: str, segments: Sequence[str]) -> bytes:
    """A message with its MSH. `kind` is `ADT^A01^ADT_A01`, `sender` `PAS|CGH`, `at` a v2 time, `number` the control id."""
    msh = f"MSH|^~\\&|{sender}|BLUERING|MAPLE|{at}||{kind}|{number}|P|2.5.1|||||||UNICODE UTF-8"
    return ("\r".join([msh, *segments]) + "\r").encode()
