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
    if not links:
        return Groups(_members({}), NO_PAIRS)
    group = _connected([(a, b) for a, b, _ in links])
    members = _members(group)
    together = _together(members, features)
    forbidden = _forbidden(together, features, model, apart, distinct_sources)
    return _rebuilt(links, group, forbidden) if forbidden else Groups(members, NO_PAIRS)


def _links(scored: pa.Table, link: float) -> list[tuple[str, str, float]]:
    found = duckdb.connect()
    found.register("scored", scored)
    asked = "SELECT left_key, right_key, weight FROM scored WHERE probability >= ? ORDER BY weight DESC, left_key, right_key"
    return found.execute(asked, [link]).fetchall()


def _connected(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Each key with the first key it is connected to."""
    keys = np.array(sorted({key for pair in pairs for key in pair}), dtype=object)
    number = {key: n for n, key in enumerate(keys)}
    left = np.fromiter((number[a] for a, _ in pairs), dtype=np.int64, count=len(pairs))
    right = np.fromiter((number[b] for _, b in pairs), dtype=np.int64, count=len(pairs))
    label = np.arange(len(keys))
    while True:
        lowest = label.copy()
        np.minimum.at(lowest, left, label[right])
        np.minimum.at(lowest, right, label[left])
        lowest = lowest[lowest]
        if (lowest == label).all():
            return dict(zip(keys, keys[label], strict=True))
        label = lowest


def _members(group: dict[str, str]) -> pa.Table:
    return pa.table(
        {"subject_key": pa.array(list(group), pa.string()), "group": pa.array(list(group.values()), pa.string())}
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


def _rebuilt(links: list[tuple[str, str, float]], group: dict[str, str], forbidden: set[tuple[str, str]]) -> Groups:
    """Groups that hold a forbidden pair, built from their strongest pairs on; the others as they are."""
    broken = {group[a] for a, _ in forbidden}
    against: dict[str, set[str]] = {}
    for a, b in forbidden:
        against.setdefault(a, set()).add(b)
        against.setdefault(b, set()).add(a)
    whole = {key: first for key, first in group.items() if first not in broken}
    held: dict[str, set[str]] = {key: {key} for key, first in group.items() if first in broken}
    doubtful = [(a, b) for a, b, _ in links if group[a] in broken and not _united(a, b, held, against)]
    for members in held.values():
        if len(members) > 1:
            whole.update(dict.fromkeys(members, min(members)))
    left, right = zip(*doubtful, strict=True) if doubtful else ((), ())
    return Groups(
        _members(whole), pa.table({"left_key": pa.array(left, pa.string()), "right_key": pa.array(right, pa.string())})
    )


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
