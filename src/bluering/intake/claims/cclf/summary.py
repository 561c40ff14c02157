"""The summary file CCLF0: how many records each file of the delivery holds, and how long they are."""

import re
from dataclasses import dataclass

from bluering.intake.reading import Trouble

NUMBER = re.compile(r"CCLF([0-9AB])$")
EXPECTED = "123456789"
NOTHING_READ = "nothing of this delivery was read; ask CMS for it again"


@dataclass(frozen=True)
class Summary:
    """Records announced by file number, or what is wrong with the summary, with its line."""

    counts: dict[str, int]
    troubles: list[tuple[int, Trouble]]


def read_summary(data: bytes) -> Summary:
    """What CCLF0 announces. A heading line may be there or not."""
    counts: dict[str, int] = {}
    troubles: list[tuple[int, Trouble]] = []
    last = 1
    for number, line in enumerate(data.decode("latin-1").splitlines(), 1):
        if not line.strip() or line.strip().startswith("File Number"):
            continue
        last = number
        if said := _wrong(line, counts):
            troubles.append((number, Trouble(f"line {number}", f"{said}; {NOTHING_READ}")))
        else:
            cells = _cells(line)
            counts[cells[0][-1]] = int(cells[2])
    missing = [f"CCLF{one}" for one in EXPECTED if one not in counts]
    if missing and not troubles:
        said = f"it does not name {', '.join(missing)}"
        troubles.append((last, Trouble(f"line {last}", f"{said}; {NOTHING_READ}")))
    return Summary(counts, troubles)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _wrong(line: str, counts: dict[str, int]) -> str:
    """What keeps a line from being understood; empty when nothing does."""
    cells = _cells(line)
    if len(cells) != 4:
        return "four columns with | between them are expected: file, description, number of records, record length"
    if not (found := NUMBER.match(cells[0])):
        return "File Number is none of CCLF0 to CCLF9, CCLFA, CCLFB"
    if found[1] in counts:
        return f"CCLF{found[1]} is named twice"
    if not cells[2].isdigit():
        return "Total Records Count is not a number"
    return "" if cells[3].isdigit() else "Record Length is not a number"
