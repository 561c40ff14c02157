"""The probability that two records are one person, with its evidence; one SQL for a million pairs and for one."""

import json
import math

import duckdb
import pyarrow as pa

from bluering.identity.matching.blocks import CAP
from bluering.identity.matching.comparisons import BY_NAME, COMPARISONS, Comparison, level_sql
from bluering.identity.matching.model import Model

# Pairs less likely than this are not given out.
LEAST = 0.001

WEIGHED = """
WITH levels AS (SELECT {sides}, {levels} FROM {pairs}),
bits AS (SELECT *, {bits}, {household} FROM levels),
sums AS (SELECT *, {sum_bits} + {prior} AS stranger, {sum_household} - {household_prior} AS near FROM bits),
odds AS (SELECT *, -log2(exp2(-stranger) + exp2(-near)) AS weight FROM sums)
SELECT left_key, right_key, 1 / (1 + exp2(-weight)) AS probability, weight, {evidence} AS evidence
FROM odds WHERE weight >= {least}
"""
# More than 300 bits would be more than a double holds.
EXP2 = "CREATE OR REPLACE MACRO exp2(x) AS pow(2.0, least(greatest(x, -300), 300))"

BLOCKED = """
CREATE TEMP TABLE pair AS
WITH held AS (SELECT number, unnest(keys) AS key FROM feature),
fitting AS (SELECT key FROM held GROUP BY key HAVING count(*) BETWEEN 2 AND {cap}),
kept AS (SELECT number, key FROM held SEMI JOIN fitting USING (key))
SELECT DISTINCT a.number AS one, b.number AS other FROM kept a JOIN kept b ON a.key = b.key AND a.number < b.number
"""
OVERSIZE = """
SELECT count(*), coalesce(max(size), 0), coalesce(sum(size), 0)::BIGINT
FROM (SELECT count(*) AS size FROM (SELECT unnest(keys) AS key FROM feature) GROUP BY key HAVING count(*) > {cap})
"""


def score_all(features: pa.Table, model: Model, least: float = LEAST, across: bool = False) -> pa.Table:
    """All pairs that share a block, as left_key, right_key, probability, weight, evidence.

    `weight` is in bits: 0 is as likely as not. `evidence`: list of (comparison, level, bits). Pairs less likely than `least` are left
    out; with `across` only pairs of two sources are looked at. `oversize(features)` says which blocks were left out.
    """
    engine = engine_for_scores()
    engine.register("told", with_shares(features, model))
    engine.execute("CREATE TEMP TABLE feature AS SELECT row_number() OVER () AS number, * FROM told")
    engine.execute(BLOCKED.format(cap=CAP))
    apart = " WHERE l.source != r.source" if across else ""
    pairs = f"pair JOIN feature l ON l.number = pair.one JOIN feature r ON r.number = pair.other{apart}"
    return engine.sql(weighed(model, pairs, least)).to_arrow_table()


def score_pairs(features: pa.Table, pairs: pa.Table, model: Model) -> pa.Table:
    """The named pairs (left_key, right_key), blocks or not, likely or not."""
    engine = engine_for_scores()
    engine.register("feature", with_shares(features, model))
    engine.register("asked", pairs)
    joined = "asked JOIN feature l ON l.subject_key = asked.left_key JOIN feature r ON r.subject_key = asked.right_key"
    return engine.sql(weighed(model, joined, 0.0)).to_arrow_table()


def oversize(features: pa.Table) -> dict[str, int]:
    """Blocks too large to compare: how many, how large the largest, how many memberships in them."""
    engine = duckdb.connect()
    engine.register("feature", features)
    blocks, largest, members = engine.sql(OVERSIZE.format(cap=CAP)).fetchall()[0]
    return {"blocks": blocks, "largest": largest, "memberships": members}


def engine_for_scores() -> duckdb.DuckDBPyConnection:
    """A connection that knows the functions of the scoring."""
    engine = duckdb.connect()
    engine.execute(EXP2)
    return engine


SHARED = """
SELECT f.*, g.share AS given_share, s.share AS family_share FROM feature f
LEFT JOIN (SELECT value, share FROM shares WHERE kind = 'given') g ON g.value = f.given_first
LEFT JOIN (SELECT value, share FROM shares WHERE kind = 'family') s ON s.value = f.family
"""


def with_shares(features: pa.Table, model: Model) -> pa.Table:
    """Features with how common their names are in this installation; empty where the name is rare or new."""
    if "given_share" in features.column_names:
        return features
    engine = duckdb.connect()
    engine.register("feature", features)
    engine.register("shares", model.shares)
    return engine.sql(SHARED).to_arrow_table()


def weighed(model: Model, pairs: str, least: float) -> str:
    """The SQL that weighs pairs; `pairs` joins the features of both as `l` and `r`."""
    names = [comparison.name for comparison in COMPARISONS]
    shares = [
        f"CASE WHEN l.{c.counted} = r.{c.counted} THEN l.{c.share} END AS {c.share}" for c in COMPARISONS if c.share
    ]
    return WEIGHED.format(
        sides=", ".join(["l.subject_key AS left_key", "r.subject_key AS right_key", *shares]),
        levels=", ".join(f"{level_sql(c)} AS {c.name}_level" for c in COMPARISONS),
        pairs=pairs,
        bits=", ".join(f"{_bits(c, model)} AS {c.name}_bits" for c in COMPARISONS),
        household=", ".join(f"{_household(c, model)} AS {c.name}_near" for c in COMPARISONS),
        sum_bits=" + ".join(f"{name}_bits" for name in names),
        sum_household=" + ".join(f"{name}_near" for name in names),
        prior=_number(model.prior_bits),
        household_prior=_number(math.log2(model.household_per_match)),
        evidence=_evidence(names),
        least=_number(math.log2(least / (1 - least)) if least > 0 else -1e9),
    )


def _bits(comparison: Comparison, model: Model) -> str:
    """Evidence against two strangers; that two share a common name says less than that they share a rare one."""
    odds = model.odds[comparison.name]
    weights = ", ".join(_number(math.log2(o.m / o.u)) for o in odds)
    looked_up = f"coalesce([{weights}][{comparison.name}_level + 1], 0.0)"
    if not comparison.share:
        return looked_up
    return f"CASE WHEN {comparison.name}_level = 0 AND {comparison.share} IS NOT NULL THEN log2({_number(odds[0].m)} / {comparison.share}) ELSE {looked_up} END"


def _household(comparison: Comparison, model: Model) -> str:
    """Evidence against two of one household."""
    weights = ", ".join(_number(math.log2(o.m / o.h)) for o in model.odds[comparison.name])
    return f"coalesce([{weights}][{comparison.name}_level + 1], 0.0)"


def _evidence(names: list[str]) -> str:
    said = [f"{{'comparison': '{name}', 'level': {name}_level::INT, 'bits': round({name}_bits, 2)}}" for name in names]
    near = "{'comparison': 'household', 'level': CASE WHEN weight < stranger - 0.5 THEN 0 END, 'bits': round(weight - stranger, 2)}"
    return f"list_filter([{', '.join([*said, near])}], lambda e: e.level IS NOT NULL)"


def _number(value: float) -> str:
    return f"{value:.9f}::DOUBLE"


def in_words(evidence: list[dict]) -> list[dict]:
    """Evidence for a reader: what agrees or differs in words, its bits, for or against; strongest first."""
    told = [{**e, "words": words_of(e["comparison"], e["level"])} for e in evidence]
    return sorted(told, key=lambda e: -abs(e["bits"]))


def words_of(comparison: str, level: int) -> str:
    """One level in words."""
    if comparison == "household":
        return "could be two persons of one household"
    if comparison == "systems":
        return "one system has a record of each" if level == 1 else f"{level} systems have a record of each"
    return BY_NAME[comparison].levels[level].words


def evidence_json(evidence: list[dict]) -> str:
    """Evidence as it is kept: names of comparisons and levels, bits; no value of anybody."""
    kept = [{"comparison": e["comparison"], "level": _level_name(e), "bits": e["bits"]} for e in evidence]
    return json.dumps(kept)


def _level_name(entry: dict) -> str:
    return "near" if entry["comparison"] == "household" else BY_NAME[entry["comparison"]].levels[entry["level"]].name
