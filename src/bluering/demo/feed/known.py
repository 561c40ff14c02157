"""A person of the practice, as the systems that send know them."""

from dataclasses import dataclass

from bluering.demo.messages.segments import joined, segment


@dataclass(frozen=True)
class Known:
    """`number` is the digits that their numbers share, `born` a v2 date, `sex` of table 0001."""

    number: str
    family: str
    given: str
    born: str
    sex: str


def pid(person: Known, *, hospital: bool) -> str:
    """Who it is; the hospital knows its own number and the practice's, the practice its own."""
    numbers = [("CG", "CGMRN")] if hospital else []
    told = [joined(prefix + person.number, "", "", who, "MR") for prefix, who in (*numbers, ("M", "MAPLE"))]
    name = joined(person.family, person.given, "", "", "", "", "L")
    return segment("PID", {1: "1", 3: "~".join(told), 5: name, 7: person.born, 8: person.sex})
