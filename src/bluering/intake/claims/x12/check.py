"""Does an interchange keep its implementation guide? pyx12 says, and writes the 997 or 999 that answers it.

Its words quote values, which may be a person's, so reasons are put in ours by its codes (those of segments IK3 and IK4).
"""

import io
import json
import logging
from dataclasses import dataclass, field
from typing import Any, cast

import pyx12.errors
import pyx12.params
from pyx12.x12n_document import x12n_document

from bluering.intake.claims.x12 import bounds
from bluering.intake.claims.x12.segments import ISA_LENGTH, name_of

logging.getLogger("pyx12").setLevel(logging.CRITICAL)
bounds.apply()
MOST_SAID = 100
# AK304, IK304: implementation acknowledgement, segment note (X12 element 620/720).
SEGMENT_SAID = {
    "1": "this segment is not known here",
    "2": "this segment is not expected here",
    "3": "a segment that has to stand here is missing",
    "4": "its loop occurs more often than allowed",
    "5": "it occurs more often than allowed",
    "6": "it does not belong to this transaction set",
    "7": "it stands in the wrong place",
    "8": "it has elements in error",
    "I4": "the guide does not use this segment",
    "I6": "a segment that another one asks for is missing",
    "I8": "it is needed here because of what another segment says",
    "I9": "it depends on another segment that is not there",
}
# AK403, IK403: data element note (X12 element 621/723).
ELEMENT_SAID = {
    "1": "it has to be told and is missing",
    "2": "it is missing, though another element asks for it",
    "3": "there are too many elements",
    "4": "it is too short",
    "5": "it is too long",
    "6": "it holds characters that are not allowed",
    "7": "its code is not one of the list",
    "8": "it is no date that exists",
    "9": "it is no time that exists",
    "10": "it is told, though another element excludes it",
    "12": "it repeats more often than allowed",
    "13": "it has too many components",
    "I6": "its code is not one that the guide uses",
    "I9": "it is needed here",
    "I10": "the guide does not use it",
    "I13": "it is not as the guide wants it",
}
TRANSACTION_SAID = {
    "1": "transaction sets of this kind are not supported",
    "2": "the trailer SE is missing",
    "3": "the control numbers of ST and SE differ",
    "4": "SE counts other segments than there are",
    "5": "segments are in error",
    "6": "the identifier is missing or not valid",
    "7": "the control number is missing or not valid",
    "23": "the control number occurs twice",
}
OTHER_SAID = "the envelope is not as the standard asks (counts, control numbers or trailers)"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: the segment's number in the file, where (`CLM, element 5`), and what."""

    line: int
    place: str
    reason: str


@dataclass
class Verdict:
    """What an acknowledgement says: its text (997 or 999), accepted or not, and everything found."""

    accepted: bool
    acknowledgement: str
    findings: list[Finding] = field(default_factory=list)


def check(text: str) -> Verdict:
    """Check every interchange of a text against the guides it names. Versions that pyx12 has no guide for are not accepted."""
    acknowledged, told, seen = io.StringIO(), io.StringIO(), _FirstBad()
    plain = cast(io.StringIO, _Text(_one_version(text)))
    try:
        good = x12n_document(pyx12.params.params(), plain, acknowledged, None, None, told, callback=seen)
    except bounds.TooMuchWrong:
        wrong = f"more than {bounds.MOST_BAD:,} errors were found; it was not checked further"
        return Verdict(False, "", [Finding(max(seen.number, 1), seen.name or "the interchange", wrong)])
    except pyx12.errors.EngineError:
        return Verdict(
            False,
            "",
            [Finding(1, "GS, element 8", "there is no guide for this version of this kind of transaction set")],
        )
    except Exception as fault:
        return Verdict(False, "", [Finding(1, "the interchange", f"it cannot be checked ({type(fault).__name__})")])
    findings = _findings(told.getvalue())
    if not good and not findings:
        findings = [Finding(max(seen.number, 1), seen.name or "the interchange", "it is not as the guide asks")]
    written = acknowledged.getvalue()
    return Verdict(bool(good), written if "IEA" in written else "", findings)


class _Text:
    """A text that is read like a file. `io.StringIO` would take four bytes for each of its characters."""

    closed = False

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def read(self, size: int) -> str:
        """The next characters."""
        self.at += size
        return self.text[self.at - size : self.at]

    def close(self) -> None:
        """Nothing is open."""


class _FirstBad:
    """Remembers the first segment that pyx12 finds bad: of envelopes its findings do not tell more."""

    def __init__(self) -> None:
        self.number, self.name, self.count = 0, "", 0

    def __call__(self, segment: Any, source: Any, node: Any, valid: bool) -> None:
        self.count += 1
        if not valid and not self.name:
            self.number, self.name = self.count, name_of(segment.get_seg_id() or "")


def _one_version(text: str) -> str:
    """The text from its header on, with the version that its first group names: where the two differ, the group's guide is meant."""
    text = text[max(text.find("ISA"), 0) :]
    if len(text) < ISA_LENGTH:
        return text
    element, end = text[3], text[ISA_LENGTH - 1]
    cells, after = text[:ISA_LENGTH].split(element), text[ISA_LENGTH : ISA_LENGTH + 400]
    group = after.lstrip().split(end, 1)[0].split(element)
    if len(cells) != 17 or group[0] != "GS" or len(group) < 9:
        return text
    wanted = {"004010": "00401", "005010": "00501"}.get(group[8][:6], cells[12])
    if cells[12] == wanted:
        return text
    cells[12] = wanted
    if wanted == "00501" and cells[11].isalnum():
        cells[11] = "^"
    return element.join(cells) + text[ISA_LENGTH:]


def _findings(told: str) -> list[Finding]:
    if not told.strip():
        return []
    found: list[Finding] = []
    for interchange in json.loads(told)["interchanges"]:
        found += [Finding(interchange["cur_line"] or 1, "ISA and IEA", OTHER_SAID) for _ in interchange["errors"][:1]]
        for group in interchange["groups"]:
            found += [Finding(group["cur_line"] or 1, "GS and GE", OTHER_SAID) for _ in group["errors"][:1]]
            for transaction in group["transactions"]:
                found += _of_transaction(transaction)[:MOST_SAID]
    return found


def _of_transaction(told: dict[str, Any]) -> list[Finding]:
    found = [
        Finding(
            told["cur_line"] or 1,
            f"ST, set {name_of(told['trn_set_control_num'] or '')}",
            TRANSACTION_SAID.get(one["err_cde"], OTHER_SAID),
        )
        for one in told["errors"]
        if one["err_cde"] != "5"
    ]
    for segment in told["segments"]:
        line, name = segment["cur_line"] or 1, name_of(segment["seg_id"] or "")
        found += [
            Finding(line, name, SEGMENT_SAID.get(one["err_cde"], "it is not as the guide asks"))
            for one in segment["errors"]
            if one["err_cde"] != "8" or not segment["elements"]
        ]
        found += [finding for element in segment["elements"] for finding in _of_element(line, name, element)]
    return found


def _of_element(line: int, name: str, told: dict[str, Any]) -> list[Finding]:
    place = f"{name}, element {told.get('ele_pos') or '?'}"
    if told.get("subele_pos"):
        place += f", component {told['subele_pos']}"
    return [
        Finding(line, place, ELEMENT_SAID.get(one["err_cde"], "it is not as the guide asks")) for one in told["errors"]
    ]
