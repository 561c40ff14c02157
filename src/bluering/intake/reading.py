"""What every reader of messages and documents gives back: FHIR resources, and what of the input did not become one.

`unreadable` goes to quarantine; `not_mapped` is shown beside the document or the source. So nothing is silently dropped.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Resource = dict[str, Any]
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


@dataclass(frozen=True)
class Trouble:
    """A piece of input that could not be used: where it stands (`PID-3, repetition 2`), and why, without quoting a person's data."""

    place: str
    reason: str


@dataclass
class Reading:
    """Resources with ids, in an order in which nothing is forgotten, and the rest."""

    resources: list[Resource] = field(default_factory=list)
    unreadable: list[Trouble] = field(default_factory=list)
    not_mapped: list[Trouble] = field(default_factory=list)

    def add(self, other: "Reading") -> None:
        """Take over everything another reading found."""
        self.resources += other.resources
        self.unreadable += other.unreadable
        self.not_mapped += other.not_mapped


def stable_id(*parts: str) -> str:
    """A FHIR id that the same parts always give: the parts themselves where FHIR allows it, else a digest of them."""
    plain = "-".join(parts)
    if FHIR_ID.fullmatch(plain) and len(plain) <= 64:
        return plain
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def provenance(
    *, of: Iterable[Resource], what: str, identifier: str, recorded: dt.datetime, agent: str, activity: str = ""
) -> Resource:
    """A Provenance for resources made from one message or document.

    `what` names the format (HL7 v2 message), `identifier` is the sender's number for it, `agent` the system that sent it.
    """
    targets = [{"reference": f"{one['resourceType']}/{one['id']}"} for one in of]
    made: Resource = {
        "resourceType": "Provenance",
        "id": stable_id("provenance", what.replace(" ", "-").lower(), identifier),
        "target": targets,
        "recorded": recorded.isoformat(timespec="milliseconds"),
        "agent": [{"who": {"display": agent}}],
        "entity": [{"role": "source", "what": {"display": what, "identifier": {"value": identifier}}}],
    }
    if activity:
        made["activity"] = {"text": activity}
    return made
