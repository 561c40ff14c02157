"""Groups of records that are one person, from pairs; a group never holds two that must stay apart.

A is B and B is C does not make A and C one person when something says they are two. Where it would, the group is built anew from its
strongest pairs on, and a pair that would bring two apart records together is left for review.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from bluering.identity.matching.model import Model
from bluering.identity.matching.score import score_pairs

# Two records of a group with at least so much evidence against them, in bits, were never one person.
CONTRADICTION = -6.0
NO_PAIRS = pa.table({"left_key": pa.array([], pa.string()), "right_key": pa.array([], pa.string())})


@dataclass(frozen=True)
class Groups:
    """`members`: subject_key, group (the group's first key), of groups of two or more. `doubtful`: pairs that were held back."""

    members: pa.Table
    doubtful: pa.Table


def groups_of(
    scored: pa.Table,
    features: pa.Table,
    model: Model,
    apart: pa.Table = NO_PAIRS,
    distinct_sources: frozenset[str] = frozenset(),
) -> Groups:
    """Join the pairs that link by themselves.

    `apart`: pairs (left_key, right_key) that people, or their source, said are two. `distinct_sources`: sources that keep each of their
    people once, so that two of their records are never one person. Two records that contradict each other by their own features are
    apart too, whoever lies between them.
    """
    links = _links(scored, model.link)
    if not len(links):
        return Groups(_members({}), NO_PAIRS)
    members = _connected(links)
    together = _together(members, features)
    forbidden = _forbidden(together, features, model, apart, distinct_sources)
    return _rebuilt(links, members, forbidden) if forbidden else Groups(members, NO_PAIRS)


LINKS = """
SELECT left_key, right_key, weight FROM scored WHERE probability >= $link ORDER BY weight DESC, left_key, right_key
"""
NUMBERED = """
CREATE TEMP TABLE numbered AS
SELECT key, row_number() OVER (ORDER BY key) - 1 AS number FROM (SELECT left_key AS key FROM links UNION SELECT right_key FROM links)
"""
ENDS = "SELECT l.number AS one, r.number AS other FROM links JOIN numbered l ON l.key = left_key JOIN numbered r ON r.key = right_key"


def _links(scored: pa.Table, link: float) -> pa.Table:
    """Pairs that link by themselves, strongest first."""
    found = duckdb.connect()
    found.register("scored", scored)
    return found.sql(LINKS, params={"link": link}).to_arrow_table()


def _connected(links: pa.Table) -> pa.Table:
    """Each key with the first key it is connected to."""
    engine = duckdb.connect()
    engine.register("links", links)
    engine.execute(NUMBERED)
    keys = engine.sql("SELECT key FROM numbered ORDER BY number").to_arrow_table()["key"].combine_chunks()
    ends = engine.sql(ENDS).to_arrow_table()
    label = _lowest(ends["one"].to_numpy(), ends["other"].to_numpy(), len(keys))
    return pa.table({"subject_key": keys, "group": keys.take(pa.array(label))})


def _lowest(left: np.ndarray, right: np.ndarray, count: int) -> np.ndarray:
    """For each number the lowest it is connected to."""
    label = np.arange(count)
    while True:
        lowest = label.copy()
        np.minimum.at(lowest, left, label[right])
        np.minimum.at(lowest, right, label[left])
        lowest = lowest[lowest]
        if (lowest == label).all():
            return label
        label = lowest


def _members(group: dict[str, str]) -> pa.Table:
    keys = sorted(group)
    return pa.table(
        {"subject_key": pa.array(keys, pa.string()), "group": pa.array([group[key] for key in keys], pa.string())}
    )


TOGETHER = """
SELECT a.subject_key AS left_key, b.subject_key AS right_key, f.source AS one_source, g.source AS other_source
FROM members a JOIN members b ON a."group" = b."group" AND a.subject_key < b.subject_key
JOIN features f ON f.subject_key = a.subject_key JOIN features g ON g.subject_key = b.subject_key
"""


def _together(members: pa.Table, features: pa.Table) -> pa.Table:
    """All pairs within groups."""
    engine = duckdb.connect()
    engine.register("members", members)
    engine.register("features", features)
    return engine.sql(TOGETHER).to_arrow_table()


FORBIDDEN = """
SELECT least(left_key, right_key), greatest(left_key, right_key) FROM apart
UNION SELECT least(left_key, right_key), greatest(left_key, right_key) FROM scored WHERE weight <= $contradiction
UNION SELECT left_key, right_key FROM together WHERE one_source = other_source AND list_contains($distinct, one_source)
"""


def _forbidden(
    together: pa.Table, features: pa.Table, model: Model, apart: pa.Table, distinct: frozenset[str]
) -> set[tuple[str, str]]:
    """Pairs of one group that must stay apart."""
    engine = duckdb.connect()
    engine.register("together", together)
    engine.register("apart", apart)
    engine.register("scored", score_pairs(features, together, model))
    told = {"contradiction": CONTRADICTION, "distinct": list(distinct)}
    inside = f"SELECT f.* FROM ({FORBIDDEN}) f(a, b) SEMI JOIN together t ON t.left_key = f.a AND t.right_key = f.b"
    return set(engine.execute(inside, told).fetchall())


BROKEN = """
CREATE TEMP TABLE broken AS SELECT * FROM members WHERE "group" IN (SELECT "group" FROM members SEMI JOIN apart ON subject_key = a)
"""


def _rebuilt(links: pa.Table, members: pa.Table, forbidden: set[tuple[str, str]]) -> Groups:
    """Groups that hold a forbidden pair, built from their strongest pairs on; the others as they are."""
    engine = duckdb.connect()
    engine.register("links", links)
    engine.register("members", members)
    engine.register("apart", pa.table({"a": pa.array([a for a, _ in sorted(forbidden)], pa.string())}))
    engine.execute(BROKEN)
    whole = engine.sql("SELECT * FROM members ANTI JOIN broken USING (subject_key)").to_arrow_table()
    loose = engine.sql(
        "SELECT left_key, right_key FROM links SEMI JOIN broken ON subject_key = left_key ORDER BY weight DESC, left_key, right_key"
    )
    group, doubtful = _built(loose.fetchall(), forbidden)
    left, right = zip(*doubtful, strict=True) if doubtful else ((), ())
    held_back = pa.table({"left_key": pa.array(left, pa.string()), "right_key": pa.array(right, pa.string())})
    return Groups(pa.concat_tables([whole, _members(group)]), held_back)


def _built(
    links: list[tuple[str, str]], forbidden: set[tuple[str, str]]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Groups of two and more from these links, and the links that were held back."""
    against: dict[str, set[str]] = {}
    for a, b in forbidden:
        against.setdefault(a, set()).add(b)
        against.setdefault(b, set()).add(a)
    held: dict[str, set[str]] = {key: {key} for link in links for key in link}
    doubtful = [link for link in links if not _united(*link, held, against)]
    return {key: min(members) for key, members in held.items() if len(members) > 1}, doubtful


def _united(a: str, b: str, held: dict[str, set[str]], against: dict[str, set[str]]) -> bool:
    """Unite the groups of two records unless two of their members must stay apart; says whether they are together."""
    one, other = held[a], held[b]
    if one is other:
        return True
    if any(against.get(key, set()) & other for key in one):
        return False
    one |= other
    for key in other:
        held[key] = one
    return True
