"""Weights from the installation's own data, with Splink on DuckDB.

Splink counts agreement among random pairs (u), and by expectation-maximisation among likely ones (m). What it saw little of leans on the
default weights, as if those had been seen some times. How often a household agrees (h) is not trained: where a household shares things it
agrees as one person does, elsewhere as strangers do, and never less than by default.
"""

import datetime as dt
import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from bluering.identity.matching.comparisons import COMPARISONS, for_splink
from bluering.identity.matching.model import Model, Odds, default_model

if TYPE_CHECKING:
    from splink import Linker

# Fewer records than this say too little: the default weights stay.
FEWEST = 500
# As if the default weights had been seen among so many matches, and so many pairs of strangers.
LEAN_M, LEAN_U = 60.0, 2_000.0
RANDOM_PAIRS = 1_000_000
# As if so many matches had been seen beside the households of the default: installations differ much in this, and soon show it.
LEAN_HOUSEHOLD = 1.0
# More records than this are sampled.
MOST_RECORDS = 200_000
SESSIONS = (("birth",), ("given", "family"), ("ssn",), ("street", "given"))
SHARED_AT_HOME = ("family", "street", "place", "contact")
SURE = [
    "l.ssn = r.ssn AND l.birth = r.birth",
    "l.given = r.given AND l.family = r.family AND l.birth = r.birth",
    "l.given = r.given AND l.birth = r.birth AND l.street = r.street",
    "l.given = r.given AND l.family = r.family AND l.street = r.street",
]
# How many of the matches those rules are taken to find.
SURE_RECALL = 0.85

# Given names and dates of birth that neither agree nor nearly do: surely two persons.
HOUSEHOLDS = """
SELECT count(*) FROM feature l JOIN feature r ON l.street = r.street AND l.family = r.family AND l.subject_key < r.subject_key
WHERE l.given_root != r.given_root AND jaro_winkler_similarity(l.given, r.given) < 0.75 AND l.birth != r.birth
  AND damerau_levenshtein(l.birth, r.birth) > 2 AND coalesce(l.ssn4 != r.ssn4, true)
"""
AT_HOME = "SELECT avg((street IS NOT NULL AND family IS NOT NULL AND given IS NOT NULL AND birth IS NOT NULL)::INT) FROM feature"

SHARES = """
WITH said AS (SELECT 'given' AS kind, given_first AS value FROM feature WHERE given_first IS NOT NULL
  UNION ALL SELECT 'family', family FROM feature WHERE family IS NOT NULL),
counted AS (SELECT kind, value, count(*) AS records, sum(count(*)) OVER (PARTITION BY kind) AS everybody FROM said GROUP BY kind, value)
SELECT kind, value, records / everybody AS share FROM counted WHERE records >= $fewest
"""


def train(features: pa.Table, day: dt.date | None = None) -> Model:
    """A model of these records; the default weights when they are too few."""
    default = default_model(len(features))
    if len(features) < FEWEST:
        return default
    matches = _matches(features)
    model = replace(
        default,
        version=f"trained-{day or dt.date.today()}",
        source=f"Splink on {len(features)} records, leaning on {default.version}",
        matches_per_record=min(max(matches / len(features), 0.01), 5.0),
        household_per_match=_households(features, matches, default),
        shares=_shares(features),
    )
    return replace(model, odds=_odds(features, default))


def _shares(features: pa.Table) -> pa.Table:
    """How common each name is, of names that more than a few have."""
    engine = duckdb.connect()
    engine.register("feature", features)
    return engine.sql(SHARES, params={"fewest": max(3, len(features) // 100_000)}).to_arrow_table()


def _matches(features: pa.Table) -> float:
    """About how many pairs are one person, from those that surely are."""
    engine = duckdb.connect()
    engine.register("feature", features)
    rules = " UNION ".join(
        f"SELECT l.subject_key AS a, r.subject_key AS b FROM feature l JOIN feature r ON {rule} AND l.subject_key < r.subject_key"
        for rule in SURE
    )
    return engine.sql(f"SELECT count(*) FROM ({rules})").fetchall()[0][0] / SURE_RECALL


def _households(features: pa.Table, matches: float, default: Model) -> float:
    """How many pairs of two persons at one address with one family name there are for each pair that is one person.

    As by default where half of the records do not say where somebody lives and when they were born: nobody is seen at home there.
    """
    engine = duckdb.connect()
    engine.register("feature", features)
    if engine.sql(AT_HOME).fetchall()[0][0] < 0.5:
        return default.household_per_match
    pairs = engine.sql(HOUSEHOLDS).fetchall()[0][0]
    return (pairs + LEAN_HOUSEHOLD * default.household_per_match) / (matches + LEAN_HOUSEHOLD)


def _odds(features: pa.Table, default: Model) -> dict[str, tuple[Odds, ...]]:
    trained = _splink(features)
    return {c.name: _blended(c.name, trained.get(c.name, {}), default) for c in COMPARISONS}


def _splink(features: pa.Table) -> dict[str, dict[str, dict]]:
    """What Splink finds: by comparison and level, m and u where it could tell. Splink is slow to import; few processes ever train."""
    from splink import DuckDBAPI, Linker, SettingsCreator

    logging.getLogger("splink").setLevel(logging.ERROR)
    engine = duckdb.connect()
    api = DuckDBAPI(engine)
    engine.register("told", features)
    sample = f" USING SAMPLE reservoir({MOST_RECORDS} ROWS) REPEATABLE (1)" if len(features) > MOST_RECORDS else ""
    engine.execute(
        f"CREATE TABLE feature AS SELECT * EXCLUDE (keys), subject_key AS unique_id FROM told WHERE NOT test{sample}"
    )
    known = [c for c in COMPARISONS if _varies(engine, c.name)]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[for_splink(c) for c in known],
        probability_two_random_records_match=1 / len(features),
        max_iterations=15,
    )
    linker = Linker(api.register("feature"), settings, log_level=logging.ERROR, validate_settings=False)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
    for columns in SESSIONS:
        if {c.name for c in known} - set(columns):
            _session(linker, engine, columns)
    found = linker.misc.save_model_to_json()["comparisons"]
    return {
        c["output_column_name"]: {level["label_for_charts"]: level for level in c["comparison_levels"]} for c in found
    }


COLUMN = {"place": "postal", "contact": "contacts", "ssn": "ssn4"}


def _varies(engine: duckdb.DuckDBPyConnection, comparison: str) -> bool:
    """Is enough known here for training? Of identifiers nothing can be learned, compared only where shared; of suffixes little, so rare."""
    if comparison in ("identifier", "suffix"):
        return False
    column = COLUMN.get(comparison, comparison)
    known = f"len({column}) > 0" if column == "contacts" else f"{column} IS NOT NULL"
    return engine.sql(f"SELECT count(*) FROM feature WHERE {known}").fetchall()[0][0] >= FEWEST / 5


def _session(linker: "Linker", engine: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> None:
    """One run of expectation-maximisation, on the pairs that agree in these columns; none where there are few such pairs."""
    from splink import block_on
    from splink.internals.exceptions import SplinkException

    grouped = ", ".join(columns)
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    counted = f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*) AS n FROM feature WHERE {known} GROUP BY {grouped})"
    if engine.sql(counted).fetchall()[0][0] < FEWEST / 10:
        return
    # Splink gives up where a level is all but impossible; what it cannot teach stays as it was.
    with suppress(SplinkException, ValueError):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), max_pairs=RANDOM_PAIRS, record_sample_proportion=1.0
        )


def _blended(name: str, found: dict[str, dict], default: Model) -> tuple[Odds, ...]:
    """Trained figures leaning on the default ones; m, u and h each add up to one."""
    comparison = next(c for c in COMPARISONS if c.name == name)
    before = default.odds[name]
    m = _leaning(
        [found.get(level.name, {}).get("m_probability") for level in comparison.levels], [o.m for o in before], LEAN_M
    )
    u = _leaning(
        [found.get(level.name, {}).get("u_probability") for level in comparison.levels], [o.u for o in before], LEAN_U
    )
    home = m if name in SHARED_AT_HOME else u
    h = _adding_up(
        [
            max(near, o.h) if number + 1 < len(before) else near
            for number, (near, o) in enumerate(zip(home, before, strict=True))
        ]
    )
    return tuple(Odds(*three) for three in zip(m, u, h, strict=True))


def _leaning(found: list[float | None], before: list[float], lean: float) -> list[float]:
    """Found figures as if from so many pairs more that were as before."""
    seen = RANDOM_PAIRS if lean == LEAN_U else 10 * LEAN_M
    return _adding_up(
        [b if f is None else (f * seen + b * lean) / (seen + lean) for f, b in zip(found, before, strict=True)]
    )


def _adding_up(figures: list[float]) -> list[float]:
    return [figure / sum(figures) for figure in figures]
