"""837: the claims of a transaction set, each with its own segments and whoever stands above it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bluering.intake.claims.x12.people import Party, day, period
from bluering.intake.claims.x12.segments import Segment, Transaction

MOMENT = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]")


@dataclass
class Claim:
    """One CLM with everything below it, and who it is about."""

    head: Segment
    billing: Party | None
    subscriber: Party | None
    dependant: Party | None
    payer: Party | None
    told: str
    segments: list[Segment] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    lines: list["Line"] = field(default_factory=list)

    @property
    def person(self) -> Party | None:
        """The patient: the dependant where one is told, else the subscriber."""
        return self.dependant or self.subscriber


@dataclass
class Line:
    """One LX with what follows it."""

    head: Segment
    segments: list[Segment] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)


# Hierarchical levels (HL03), and who is forgotten when a new one of a level begins.
LEVELS = {
    "20": ("billing", "subscriber", "dependant", "payer"),
    "22": ("subscriber", "dependant", "payer"),
    "23": ("dependant",),
}
ABOVE = {"85": "billing", "IL": "subscriber", "QC": "dependant", "PR": "payer"}
ABOUT_A_PARTY = ("N3", "N4", "DMG", "PER", "REF")


def claims_of(transaction: Transaction) -> Iterator[Claim]:
    """Every claim of a transaction set, in its order."""
    walk = _Walk()
    for segment in transaction.segments:
        if segment.id in ("HL", "CLM") and walk.claim:
            yield walk.claim
        walk.hear(segment)
    if walk.claim:
        yield walk.claim


class _Walk:
    """Where in a transaction set we are: whose level, which claim, which line, which party."""

    def __init__(self) -> None:
        self.told = ""
        self.above: dict[str, Party] = {}
        self.claim: Claim | None = None
        self.line: Line | None = None
        self.party: Party | None = None

    def hear(self, segment: Segment) -> None:
        """Take in one segment."""
        if segment.id == "BHT":
            self.told = _moment(segment)
        elif segment.id == "HL":
            self.claim = self.line = self.party = None
            for name in LEVELS.get(segment[3], ()):
                self.above.pop(name, None)
        elif segment.id == "CLM":
            who = {name: self.above.get(name) for name in LEVELS["20"]}
            self.claim = Claim(segment, who["billing"], who["subscriber"], who["dependant"], who["payer"], self.told)
            self.line = self.party = None
        elif segment.id == "NM1":
            self._meet(Party(segment))
        elif segment.id == "LX" and self.claim:
            self.line, self.party = Line(segment), None
            self.claim.lines.append(self.line)
        elif self.party and segment.id in ABOUT_A_PARTY:
            self.party.hear(segment)
        elif here := self.line or self.claim:
            here.segments.append(segment)

    def _meet(self, party: Party) -> None:
        """A name: of the line, of the claim, or of those above it."""
        self.party = party
        if here := self.line or self.claim:
            here.parties.append(party)
        elif role := ABOVE.get(party.name[1]):
            self.above[role] = party


def _moment(bht: Segment) -> str:
    time = bht[5].ljust(4, "0")
    return f"{day(bht[4])}T{time[:2]}:{time[2:4]}:00Z" if day(bht[4]) and MOMENT.match(time) else ""


def dates(claim: Claim, qualifier: str) -> tuple[str, str]:
    """The first and last day of a claim's own DTP; empty where none is told."""
    found = next((one for one in claim.segments if one.id == "DTP" and one[1] == qualifier), None)
    return period(found[2], found[3]) if found else ("", "")
