"""Compare our linking with Splink's and recordlinkage's on FEBRL 1 to 4: `python scripts/compare_linkage.py --peer PYTHON`.

The sets lie under `linkage-febrl` of BLUERING_SHARED. `--peer` is a Python that has the dependency group `peers`
(`uv venv /tmp/peers && uv pip install --python /tmp/peers recordlinkage`). Writes docs/reference/linkage.md.
"""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import duckdb
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent))

import linkage_splink

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("BLUERING_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SETS = SHARED / "data/linkage-febrl"
PAGE = ROOT / "docs/reference/linkage.md"
FILES = {
    "FEBRL 1": ["dataset1.csv"],
    "FEBRL 2": ["dataset2.csv"],
    "FEBRL 3": ["dataset3.csv"],
    "FEBRL 4": ["dataset4a.csv", "dataset4b.csv"],
}
MAP = {
    "given": "given_name", "family": "surname", "house_number": "street_number", "address_line": "address_1", "address_line2": "address_2",
    "city": "suburb", "postal_code": "postcode", "birth_date": "date_of_birth", "ssn": "soc_sec_id",
}  # fmt: skip
Row = tuple[str, str, float, float, float, str]


def table(file: Path) -> pa.Table:
    """A file of FEBRL as Splink's pages prepare it: text without spaces around it."""
    engine = duckdb.connect()
    told = engine.sql(
        "SELECT * FROM read_csv($file, header=true, delim=',', all_varchar=true)", params={"file": str(file)}
    )
    columns = ", ".join(f"nullif(trim({name!r}), '') AS {name.strip()}".replace("'", '"', 2) for name in told.columns)
    return engine.sql(f"SELECT {columns} FROM told").to_arrow_table()


def person(rec_id: str) -> str:
    """rec-223-org and rec-223-dup-0 are one."""
    return rec_id.split("-")[1]


def figures(found: Iterable[tuple[str, str]], true: int) -> tuple[float, float, float]:
    """Precision, recall and F1 of pairs of rec_id."""
    pairs = {tuple(sorted(pair)) for pair in found}
    right = sum(person(a) == person(b) for a, b in pairs)
    precision, recall = right / max(len(pairs), 1), right / true
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def ours(name: str, files: list[Path]) -> tuple[list[Row], int]:
    """Rows of ours, and how many true pairs there are."""
    from bluering.identity.evaluating import measure

    found = asdict(measure(files, truth="rec_id", across=len(files) > 1, mapped=MAP))
    rows = [
        (name, label, *(found[kind][n] for n in ("precision", "recall", "f1")), said)
        for kind, label, said in (
            ("auto", "**Bluering, by itself**", f"{found['seconds']} s"),
            ("with_review", "Bluering, with all pairs it asks about", f"{found['review_pairs']} pairs asked"),
            ("decided", "Bluering, these answered rightly", ""),
        )
    ]
    return rows, found["true_pairs"]


def splink(name: str, files: list[Path], true: int) -> list[Row]:
    """Splink at two usual thresholds, and at the one that is best when the truth is known."""
    began = time.perf_counter()
    found = linkage_splink.scored([table(file) for file in files])
    seconds = f"{time.perf_counter() - began:.1f} s"
    at = {t: figures(((a, b) for a, b, p in found if p >= t), true) for t in thresholds(found)}
    best = max(at, key=lambda t: at[t][2])
    return [
        (name, "Splink, probability ≥ 0.5", *at[0.5], seconds),
        (name, "Splink, probability ≥ 0.99", *at[0.99], ""),
        (name, "Splink, best threshold by the truth", *at[best], f"≥ {best:.6g}"),
    ]


def thresholds(found: list[tuple[str, str, float]]) -> list[float]:
    """The usual ones, and steps through all that were found."""
    steps = sorted(p for _, _, p in found)[:: max(len(found) // 200, 1)]
    return [0.5, 0.99, 0.2, 0.9, 0.95, 0.999, 0.9999, *steps]


def recordlinkage(name: str, files: list[Path], true: int, peer: str) -> list[Row]:
    """recordlinkage as its guides do it, and by its unsupervised classifier."""
    script = ROOT / "scripts/linkage_recordlinkage.py"
    done = subprocess.run([peer, str(script), *map(str, files)], capture_output=True, text=True, check=True)
    return [
        (name, f"recordlinkage, {way}", *figures(map(tuple, told["pairs"]), true), f"{told['seconds']} s")
        for way, told in json.loads(done.stdout).items()
    ]


HEAD = """# Linkage

Written by `python scripts/compare_linkage.py` on {day}. The sets are FEBRL's (P. Christen, Australian National University), as the package
`recordlinkage` 0.16 carries them: made-up Australians, copied with errors; `rec_id` says who is who. Precision, recall and F1 are of
pairs. Nothing was trained with the truth, except where it chose Splink's best threshold.

- Bluering: `bluering identity evaluate`, weights trained on each set without its labels. *By itself*: what is linked with nobody asked.
- Splink {splink}: the settings of its own pages on FEBRL 3 (here for 1 to 3) and FEBRL 4.
- recordlinkage 0.16: *guide*, its guides on deduplication and on two files; *ECM*, its unsupervised classifier over wider blocks.

What Bluering asks about and others link at once are mostly records of one name and address whose date of birth and Social Security number
both differ: a copy with two errors in FEBRL, where nobody has a family; a father and a son elsewhere.
`tests/shared/test_linkage_febrl.py` holds floors under these figures, `tests/unit/identity/test_households.py` under the same for households.

| Set | | Precision | Recall | F1 | |
|---|---|---|---|---|---|
"""


def main() -> None:
    """Run all three on all sets and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", default="python", help="a Python that has recordlinkage")
    peer = parser.parse_args().peer
    rows: list[Row] = []
    for name, files in FILES.items():
        paths = [SETS / file for file in files]
        mine, true = ours(name, paths)
        rows += [*mine, *splink(name, paths, true), *recordlinkage(name, paths, true, peer)]
    import splink as package

    lines = [f"| {n} | {label} | {p:.4f} | {r:.4f} | {f:.4f} | {said} |" for n, label, p, r, f, said in rows]
    PAGE.write_text(HEAD.format(day=dt.date.today(), splink=package.__version__) + "\n".join(lines) + "\n")
    print(PAGE.read_text())


if __name__ == "__main__":
    main()
