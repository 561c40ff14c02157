"""Who is who: bulk linking of many records, and how long one new arrival takes among them.

`python -m benchmarks.linking [--records N]` prints the rows of one size; `measure()` runs both sizes, each in a process of its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (100_000, 1_000_000)
ARRIVALS = 2_000
ROOT = Path(__file__).resolve().parent.parent


def once(records: int) -> dict[str, float]:
    """Seconds, megabytes and milliseconds for one size; features of everybody are made anew, as for a first load."""
    from benchmarks.people import people
    from bluering.identity.matching import features_of, groups_of, score_all, train

    told = people(records)
    patients, truth = told.drop_columns(["truth"]), told.select(["subject_key", "truth"])
    began = time.perf_counter()
    features = features_of(patients)
    made = time.perf_counter()
    model = train(features)
    trained = time.perf_counter()
    scored = score_all(features, model)
    groups = groups_of(scored, features, model)
    done = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    precision, recall = shares(groups.members, truth)
    del scored, groups, truth
    return {
        "records": len(told), "features": made - began, "training": trained - made, "scores": done - trained, "memory": memory,
        "precision": precision, "recall": recall, **singly(patients, features, model),
    }  # fmt: skip


SHARES = """
WITH joined AS (SELECT m."group" AS g, t.truth AS t, count(*) AS n FROM members m JOIN truth t USING (subject_key) GROUP BY ALL),
pairs AS (SELECT sum(n * (n - 1) // 2) AS good, (SELECT sum(s * (s - 1) // 2) FROM (SELECT sum(n) AS s FROM joined GROUP BY g)) AS found FROM joined)
SELECT good / found, good / (SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM truth GROUP BY truth)) FROM pairs
"""


def shares(members, truth) -> tuple[float, float]:
    """Precision and recall of pairs."""
    import duckdb

    engine = duckdb.connect()
    engine.register("members", members)
    engine.register("truth", truth)
    return engine.sql(SHARES).fetchall()[0]


def singly(patients, features, model) -> dict[str, float]:
    """Milliseconds of one arrival: everybody is kept, then some come again from another system."""
    from bluering.identity.matching import Candidates, index

    with tempfile.TemporaryDirectory(prefix="bluering-bench-") as folder:
        file = Path(folder) / "blocks.sqlite"
        began = time.perf_counter()
        index.make_anew(features, file)
        kept = time.perf_counter() - began
        finder = Candidates(model, file)
        rows = patients.take(list(range(0, len(patients), max(len(patients) // ARRIVALS, 1)))).to_pylist()
        taken = sorted(
            _timed(finder, {**row, "subject_key": f"new/{n}", "source": "new"}) for n, row in enumerate(rows)
        )
        size = file.stat().st_size / 1e6
    at = {name: taken[int(len(taken) * share)] for name, share in (("p50", 0.5), ("p99", 0.99), ("most", 0.9999))}
    return {"index": kept, "index_mb": size, **at}


def _timed(finder, row: dict) -> float:
    began = time.perf_counter()
    finder.of([row])
    return (time.perf_counter() - began) * 1000


def rows_of(found: dict[str, float]) -> list[str]:
    """Lines of the table."""
    over = f"{found['records']:,.0f} records, trained model"
    bulk = found["features"] + found["scores"]
    return [
        f"| Bulk linking: features, pairs, groups | {over} | {bulk:.1f} s (features {found['features']:.1f} s), {found['memory']:,.0f} MB |",
        f"| … and how well, of households | the same | precision {found['precision']:.5f}, recall {found['recall']:.4f} |",
        f"| Training its model | the same | {found['training']:.1f} s |",
        f"| Index of blocks made anew | the same | {found['index']:.1f} s, {found['index_mb']:,.0f} MB |",
        f"| One arrival finds its candidates | among them | p50 {found['p50']:.1f} ms, p99 {found['p99']:.1f} ms |",
    ]


def measure(sizes: tuple[int, ...] = SIZES) -> list[str]:
    """Rows of the table."""
    rows: list[str] = []
    for records in sizes:
        words = [sys.executable, "-m", "benchmarks.linking", "--records", str(records)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True)
        rows += rows_of(json.loads(done.stdout.strip().splitlines()[-1]))
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=SIZES[0])
    print(json.dumps(once(parser.parse_args().records)))
