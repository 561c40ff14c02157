"""A file of interchanges: what it says as FHIR, what is wrong with it, and the acknowledgement that answers it.

What does not keep its guide is said, place by place, and answered with a rejection; what can be understood all the same is read, because
nobody here pays claims: a code that is missing somewhere is no reason not to know of a stay. Not read are transaction sets that were cut
off and kinds that tell nothing of persons.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bluering.intake.claims.x12 import claim, enrolment, payment
from bluering.intake.claims.x12.check import Verdict, check
from bluering.intake.claims.x12.codes import INSTITUTIONAL, PROFESSIONAL
from bluering.intake.claims.x12.segments import (
    MOST_BYTES,
    MOST_SEGMENTS,
    BadInterchange,
    Transaction,
    name_of,
    segments_of,
    transactions_of,
)
from bluering.intake.reading import Resource

TOO_LARGE = f"the file is larger than {MOST_BYTES >> 20} MB; ask the sender for smaller ones"
CUT = "it has no trailer SE, so it may be cut off; it was not read"
TOO_MANY = f"it has more than {MOST_SEGMENTS:,} segments, some 75,000 claims; ask the sender for smaller ones"
EMPTY = "no transaction set was found in it; ask the sender for the file again"
KINDS = {
    "820": "premium payments", "270": "eligibility questions", "271": "eligibility answers", "276": "claim status questions",
    "277": "claim status answers", "278": "authorisations", "997": "acknowledgements", "999": "acknowledgements", "TA1": "acknowledgements",
}  # fmt: skip
READ = ("837", "834", "835")
AT_ONCE = 500
Trouble = tuple[int, str]


@dataclass
class Interchange:
    """What became of one file. A trouble is a segment's number and a sentence."""

    groups: list[tuple[int, list[Resource]]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    verdict: Verdict | None = None


def read(data: bytes, known: payment.Known = lambda ids: {}) -> Interchange:
    """Read a file whole. `known` tells of claims by id whose they are. Never raises for what the file holds."""
    whole, *others = parts_of(data, known)
    for part in others:
        whole.groups += part.groups
        whole.troubles += part.troubles
    return whole


def parts_of(data: bytes, known: payment.Known = lambda ids: {}) -> Iterator[Interchange]:
    """The same in parts of some hundred claims, so that a large file needs little memory. The first has the verdict."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    done = _checked(data, text)
    found, readable = 0, done.verdict is not None
    for found, one in enumerate(transactions_of(text) if readable else (), 1):  # noqa: B007
        if refusal := _refusal(one):
            done.troubles.append((one.line, f"ST, set {name_of(one.control)}: {refusal}"))
            continue
        for group in _reader(one, known):
            done.groups.append((one.line, group))
            if len(done.groups) == AT_ONCE:
                yield done
                done = Interchange()
    if readable and not found:
        done.troubles.append((1, EMPTY))
    yield done


def _checked(data: bytes, text: str) -> Interchange:
    """What is wrong with the whole file. Without a verdict nothing of it can be read."""
    done = Interchange()
    try:
        if len(data) > MOST_BYTES:
            raise BadInterchange(TOO_LARGE)
        _walk(text)
    except BadInterchange as problem:
        done.troubles.append((problem.line, str(problem)))
        return done
    done.verdict = check(text)
    done.troubles += [(one.line, f"{one.place}: {one.reason}") for one in done.verdict.findings]
    return done


def _walk(text: str) -> None:
    """Raise BadInterchange if the file has a broken header anywhere: then nothing of it is read."""
    for _ in segments_of(text):
        pass


def _refusal(one: Transaction) -> str:
    """Why a transaction set is not read; empty when it is."""
    if not one.complete or one.too_large:
        return TOO_MANY if one.too_large else CUT
    what = KINDS.get(one.kind, "nothing we read")
    return "" if one.kind in READ else f"a transaction set {name_of(one.kind)} ({what}) is not mapped"


def _reader(one: Transaction, known: payment.Known) -> Iterator[list[Resource]]:
    if one.kind == "837":
        return _claims(one)
    return enrolment.resources_of(one) if one.kind == "834" else payment.resources_of(one, known)


def _claims(one: Transaction) -> Iterator[list[Resource]]:
    kind = INSTITUTIONAL if "X223" in one.version or "X096" in one.version else PROFESSIONAL
    for found in claim.claims_of(one):
        if resources := claim.resources_of(found, kind):
            yield resources
