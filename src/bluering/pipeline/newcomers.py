"""A few patients came in: who they are is told at once, with the index of everybody, instead of at the next look at all records.

The index holds every patient or is not used: what is appended goes into it in the same step, and whatever cannot (a large load, a killed
process) makes it out of date until the next look has made it anew.
"""

import time
from collections import Counter
from collections.abc import Collection, Sequence

import pyarrow as pa

from bluering.identity import pairs
from bluering.identity.matching import PATIENT_COLUMNS, Candidates, index
from bluering.identity.matching.model import Model
from bluering.identity.matching.thresholds import bits
from bluering.identity.models import MatchPair, PairState
from bluering.identity.queries import persons_of
from bluering.pipeline.pairs_found import keep_pairs, open_pairs
from bluering.pipeline.who_is_who import follow, model_here
from bluering.record import engine, store

# More than this wait for the next look, so that a batch of messages is not held up.
MOST_GREETED = 50
# More than this are put into the index with everybody else.
MOST_KEPT = 5_000
# So long thresholds and weights are taken as they were read, in seconds.
FRESH_SECONDS = 60.0
PATIENTS = """
SELECT {columns}, row_id FROM read_parquet($paths, union_by_name=true) WHERE NOT stale AND subject_key IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY subject_key ORDER BY row_id DESC) = 1
"""


def greet(files: Sequence[store.NewFile], newcomers: Collection[str]) -> set[str]:
    """Keep these files' patients in the index and tell who the newcomers are; returns the persons who changed by that.

    Somebody who is surely one other person is joined to them; who may be somebody, or several, is asked about. The caller holds the record.
    """
    path = index.index_file()
    paths = [str(store.folder(file.table) / file.name) for file in files if file.table == "patient"]
    if not paths or not path.exists():
        return set()
    told = PATIENTS.format(columns=", ".join(PATIENT_COLUMNS))
    rows = engine.plain().sql(told, params={"paths": paths}).to_arrow_table().to_pylist()
    if len(rows) > MOST_KEPT or not index.current(path):
        index.outdate(path)
        return set()
    index.keep_few(rows, path)
    new = [row for row in rows if row["subject_key"] in set(newcomers)]
    return _told(new) if 0 < len(new) <= MOST_GREETED else set()


def _told(new: Sequence[dict]) -> set[str]:
    model, finder = _finder()
    scored = finder.of(new)
    scored = scored.filter(pa.compute.greater_equal(scored["weight"], bits(model.review)))
    if not len(scored):
        return set()
    about = {*scored["left_key"].to_pylist(), *scored["right_key"].to_pylist()}
    found = open_pairs(scored, model, about)
    kept = keep_pairs(found.filter(found["asked"]), model)
    _, moves = pairs.joined_by_itself(_sure(list(kept.values()), model))
    follow(moves)
    return moves.persons


def _sure(found: Sequence[MatchPair], model: Model) -> list[MatchPair]:
    """Pairs to join at once: of persons who are surely one other and nobody else. The rest is for the look at everybody, or for people."""
    likely = [pair for pair in found if pair.probability >= model.link and pair.state == PairState.WAITING]
    persons = persons_of({key for pair in likely for key in (pair.left_key, pair.right_key)})
    ends = [(persons[pair.left_key], persons[pair.right_key]) for pair in likely]
    times = Counter(person for both in ends for person in both)
    return [pair for pair, both in zip(likely, ends, strict=True) if all(times[person] == 1 for person in both)]


_held: dict[str, tuple[float, Model, Candidates]] = {}


def _finder() -> tuple[Model, Candidates]:
    """The weights and the weighing of them, made ready once in a while; one for each index."""
    path = index.index_file()
    held = _held.get(str(path))
    if held is None or time.monotonic() - held[0] > FRESH_SECONDS:
        model = model_here(index.size(path))
        finder = held[2] if held and held[1] == model else Candidates(model, path)
        held = _held[str(path)] = (time.monotonic(), model, finder)
    return held[1], held[2]
