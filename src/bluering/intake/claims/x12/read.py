"""A file of interchanges: what it says as FHIR, what is wrong with it, and the acknowledgement that answers it.

What does not keep its guide is said, place by place, and answered with a rejection; what can be understood all the same is read, because
nobody here pays claims: a code that is missing somewhere is no reason not to know of a stay. Not read are transaction sets that were cut
off and kinds that tell nothing of persons.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from bluering.intake.claims.x12 import claim, enrolment, payment
from bluering.intake.claims.x12.check import Verdict, check
from bluering.intake.claims.x12.codes import INSTITUTIONAL, PROFESSIONAL
from bluering.intake.claims.x12.segments import MOST_BYTES, BadInterchange, Transaction, segments_of, transactions_of
from bluering.intake.reading import Resource

TOO_LARGE = f"the file is larger than {MOST_BYTES >> 20} MB; ask the sender for smaller ones"
CUT = "it has no trailer SE, so it may be cut off; it was not read"
EMPTY = "no transaction set was found in it; ask the sender for the file again"
KINDS = {
    "820": "premium payments", "270": "eligibility questions", "271": "eligibility answers", "276": "claim status questions",
    "277": "claim status answers", "278": "authorisations", "997": "acknowledgements", "999": "acknowledgements", "TA1": "acknowledgements",
}  # fmt: skip
Trouble = tuple[int, str]
Reader = Callable[[Transaction], Iterator[list[Resource]]]


@dataclass
class Interchange:
    """What became of one file. A trouble is a segment's number and a sentence."""

    groups: list[tuple[int, list[Resource]]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    verdict: Verdict | None = None


def read(data: bytes, known: payment.Known = lambda ids: {}) -> Interchange:
    """Read a file whole. `known` tells of claims by id whose they are. Never raises for what the file holds."""
    done = Interchange()
    if len(data) > MOST_BYTES:
        done.troubles.append((1, TOO_LARGE))
        return done
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    try:
        _walk(text)
    except BadInterchange as problem:
        done.troubles.append((problem.line, str(problem)))
        return done
    done.verdict = check(text)
    done.troubles += [(one.line, f"{one.place}: {one.reason}") for one in done.verdict.findings]
    found = 0
    for found, one in enumerate(transactions_of(text), 1):  # noqa: B007
        _take(done, one, known)
    if not found:
        done.troubles.append((1, EMPTY))
    return done


def _walk(text: str) -> None:
    """Raise BadInterchange if the file has a broken header anywhere: then nothing of it is read."""
    for _ in segments_of(text):
        pass


def _take(done: Interchange, one: Transaction, known: payment.Known) -> None:
    reader = _reader(one, known)
    if not one.complete:
        done.troubles.append((one.line, f"ST, set {one.control}: {CUT}"))
    elif reader is None:
        what = KINDS.get(one.kind, "nothing we read")
        done.troubles.append((one.line, f"ST, set {one.control}: a transaction set {one.kind} ({what}) is not mapped"))
    else:
        done.groups += [(one.line, group) for group in reader(one)]


def _reader(one: Transaction, known: payment.Known) -> Reader | None:
    readers: dict[str, Reader] = {
        "837": _claims,
        "834": enrolment.resources_of,
        "835": partial(payment.resources_of, known=known),
    }
    return readers.get(one.kind)


def _claims(one: Transaction) -> Iterator[list[Resource]]:
    kind = INSTITUTIONAL if "X223" in one.version or "X096" in one.version else PROFESSIONAL
    for found in claim.claims_of(one):
        if resources := claim.resources_of(found, kind):
            yield resources
