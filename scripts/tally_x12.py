"""Read all sample X12 files, and write docs/reference/x12.md: accepted or not, whether acknowledgements agree, what was read.

Run from the repository: `PYTHONPATH=src python scripts/tally_x12.py`. The samples are in the folder BLUERING_SHARED.
"""

import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BLUERING_SHARED") or ROOT.parent / "shared")
PYX12, HCC = SHARED / "data/x12/pyx12", SHARED / "data/hccinfhir-samples/sample_files"
PAGE = ROOT / "docs/reference/x12.md"

from bluering.intake.claims.x12.read import Interchange, read  # noqa: E402
from bluering.intake.claims.x12.segments import looks_like, segments_of  # noqa: E402

# AK5 and IK5 answer a set, AK9 a group, TA1 an interchange; AK3, AK4, IK3 and IK4 say where. What else stands there is of the answer's day.
ANSWERS = re.compile(r"^(AK[3459]|IK[345]|TA1)\b.*", re.MULTILINE)
REJECTED = re.compile(r"(AK5|IK5|AK9)\*[REX]|TA1\*.*\*R\*")

HEAD = """# X12: real files, accepted and read

Drawn from the samples by `python scripts/tally_x12.py`; edit that, not this page.

*Accepted* is what our acknowledgement says. *Expected* is what the expected acknowledgement beside the sample says, where there is one; the
two *agree* when every segment that answers or says where (AK3, AK4, AK5, AK9, IK3, IK4, IK5, TA1) is the same. *First place* is the first
entry of the quarantine. *Read* is what became of it: what can be understood is read, whether or not its guide is kept
([why](../adr/0011-x12-checked-by-pyx12.md)); not read are sets without a trailer and kinds that are not mapped.

The samples: the tests of pyx12 (BSD, github.com/azoner/pyx12) and the samples of hccinfhir (Apache-2.0, github.com/mimilabs/hccinfhir). Their
persons are fictional or disguised.

"""


@dataclass
class Row:
    """One sample. `expected` and `agrees` are None where no acknowledgement was expected."""

    name: str
    guide: str
    done: Interchange
    expected: bool | None
    agrees: bool | None


def samples() -> list[Path]:
    """Every interchange of the two folders, without the expected acknowledgements."""
    files = [*sorted(PYX12.glob("*")), *sorted(HCC.glob("*.txt"))]
    return [path for path in files if ".expected-" not in path.name and looks_like(path.read_bytes()[:200])]


def expectation(path: Path) -> Path | None:
    """The acknowledgement that is expected for a sample."""
    return next(iter(path.parent.glob(f"{path.stem}.expected-*")), None) if path.suffix == ".x12" else None


def answers(text: str) -> list[str]:
    """The answering segments of an acknowledgement, a line each."""
    return [one.group() for one in ANSWERS.finditer(text.replace("~\n", "\n").replace("~", "\n"))]


def row_of(path: Path) -> Row:
    """Read one sample, and compare."""
    data = path.read_bytes()
    done, wanted = read(data), expectation(path)
    guides = Counter(segment[8] for segment in segments_of(data.decode("latin-1")) if segment.id == "GS")
    guide = ", ".join(guides) or "none"
    if wanted is None or done.verdict is None:
        return Row(path.name, guide, done, None, None)
    expected = answers(wanted.read_text())
    accepted = not any(REJECTED.match(one) for one in expected)
    return Row(path.name, guide, done, accepted, answers(done.verdict.acknowledgement) == expected)


def page(rows: list[Row]) -> str:
    """The whole page."""
    heads = ["File", "Guide", "Accepted", "Expected", "Agree", "First place", "Read"]
    lines = [heads, ["---"] * len(heads), *(_cells(row) for row in rows)]
    compared = [row for row in rows if row.agrees is not None]
    told = f"Of {len(compared)} acknowledgements {sum(bool(row.agrees) for row in compared)} agree.\n\n"
    return HEAD + told + "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _cells(row: Row) -> list[str]:
    words = {None: "", True: "yes", False: "no"}
    kinds = Counter(one["resourceType"] for _, group in row.done.groups for one in group)
    read_as = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"
    trouble = f"segment {row.done.troubles[0][0]}: {row.done.troubles[0][1]}" if row.done.troubles else ""
    accepted = row.done.verdict is not None and row.done.verdict.accepted
    return [row.name, row.guide, words[accepted], words[row.expected], words[row.agrees], trouble, read_as]


def main() -> int:
    """Write the page."""
    rows = [row_of(path) for path in samples()]
    PAGE.write_text(page(rows))
    print(f"{PAGE.relative_to(ROOT)}: {len(rows)} samples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
