"""Who may be one person: all records are looked at when patients are new, likely pairs are joined, doubtful ones wait for somebody.

Facts and work follow every decision, and the rules look again at everybody concerned.
"""

from dataclasses import dataclass
from hashlib import md5

import pyarrow as pa

from bluering.coordination.moving import bring_work_home
from bluering.coordination.repairs import Parted, forget_between, list_for_repair
from bluering.identity import pairs
from bluering.identity.matching import PATIENT_COLUMNS, current_model, features_of, index, score_all, train_here
from bluering.identity.matching.model import Model
from bluering.identity.pairs import Moves
from bluering.identity.queries import standing_links, zones_of
from bluering.paths import home
from bluering.pipeline import running
from bluering.pipeline.alone import LIVE, alone
from bluering.pipeline.pairs_found import forget_unlike, keep_pairs, likely, open_pairs
from bluering.pipeline.settling import link_again
from bluering.record import charts, engine, store, summaries
from bluering.record.viewdefinition.catalog import main_table

# Fewer records than this are taken for so many: that two of three are one person is no reason to believe it of any two.
FEWEST = 10_000
PATIENTS = """
SELECT {columns} FROM {rows}
WHERE NOT stale AND subject_key IS NOT NULL AND row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL)
"""


@dataclass(frozen=True)
class Looked:
    """What one look found: records compared, pairs joined by themselves, pairs that wait for somebody, and the weights' version."""

    records: int
    joined: int
    waiting: int
    model: str


def look() -> Looked:
    """Compare everybody, join what is likely, and ask about what is doubtful. What people said stands."""
    files = store.files_of("patient")
    patients = _patients()
    model = model_here(len(patients))
    if len(patients) < 2:
        return Looked(len(patients), 0, 0, model.version)
    features = features_of(patients)
    scored = score_all(features, model, model.review)
    if not index.current(index.index_file()):
        index.make_anew(features, index.index_file())
    with alone(LIVE):
        if store.files_of("patient") != files:
            index.outdate(index.index_file())
        found = open_pairs(scored, model)
        asked = found.filter(found["asked"])
        forget_unlike(asked)
        joined, moves = pairs.joined_by_itself(likely(found, features, model, keep_pairs(asked, model)))
        follow(moves)
    return Looked(len(patients), joined, pairs.waiting(), model.version)


def model_here(records: int) -> Model:
    """The weights that hold for so many records, with the thresholds that people's decisions have moved."""
    model = current_model(max(records, FEWEST))
    return zones_of(model).applied(model)


def look_if_new() -> Looked | None:
    """The same when patients came or changed since the last look; the weights are learned when there are none of this installation yet."""
    now = md5("\n".join(store.files_of("patient")).encode()).hexdigest()
    noted = home() / "identity" / "looked"
    if noted.exists() and noted.read_text() == now:
        return None
    learn(anew=False)
    looked = look()
    noted.parent.mkdir(exist_ok=True)
    noted.write_text(now)
    return looked


def learn(*, anew: bool = True) -> str:
    """Train the weights on this installation's own records; returns the version that holds from now on."""
    patients = _patients()
    if not anew and not current_model(len(patients)).version.startswith("default"):
        return current_model(len(patients)).version
    return train_here(features_of(patients)).version


def decide(pair_id: int, verdict: str, *, by: str, note: str = "") -> None:
    """What somebody says of a pair, with everything that follows from it."""
    with alone(LIVE):
        follow(pairs.decide(pair_id, verdict, by=by, note=note))


def take_back(pair_id: int, *, by: str) -> None:
    """Undo the last decision about a pair, and ask again."""
    with alone(LIVE):
        follow(pairs.take_back(pair_id, by=by))


def follow(moves: Moves) -> None:
    """Work goes where its person went, charts and lists are told anew, and the rules look at everybody concerned."""
    if not moves.keys:
        return
    touched = moves.persons | link_again(sorted(moves.keys))
    bring_work_home(moves.homes)
    list_for_repair(Parted(one.person, one.other, one.since) for one in moves.partings)
    forget_between(sorted(touched), set(standing_links(touched)[1]))
    persons = sorted(touched)
    charts.forget(persons)
    summaries.summarise(persons)
    summaries.refresh_visits(persons=persons)
    running.run(person_ids=persons)


def _patients() -> pa.Table:
    rows = engine.source_rows(main_table("Patient"))
    return engine.plain().sql(PATIENTS.format(columns=", ".join(PATIENT_COLUMNS), rows=rows)).to_arrow_table()
