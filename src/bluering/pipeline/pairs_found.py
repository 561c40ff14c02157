"""Pairs of records that the weights found alike: which of them are still a question, kept with their evidence, and which are likely enough."""

import math
from collections.abc import Iterable, Iterator, Mapping

import duckdb
import pyarrow as pa
from django.db.models import Q

from bluering.identity import pairs
from bluering.identity.link import APART
from bluering.identity.matching.groups import groups_of
from bluering.identity.matching.model import Model
from bluering.identity.matching.score import in_words
from bluering.identity.models import MatchPair, PairState, PersonLink
from bluering.identity.queries import keys_joined_to, persons_of, standing_links

# That one system has a record of each speaks for two persons: about one in sixteen of a system's patients has a second record there.
# Set by judgement; AHIMA's surveys of duplicates in hospitals' indexes find 8 to 12 in a hundred.
OWN_RECORD_BITS = -4.0
# Likely pairs of records of two persons, unless somebody has said of two of their records, whichever, who they are.
OPEN_PAIRS = """
WITH known AS (SELECT DISTINCT person_id, split_part(subject_key, '/', 1) AS source FROM link),
open AS (
  SELECT least(s.left_key, s.right_key) AS left_key, greatest(s.left_key, s.right_key) AS right_key, s.weight, s.evidence,
    least(l.person_id, r.person_id) AS one, greatest(l.person_id, r.person_id) AS other
  FROM scored s JOIN link l ON l.subject_key = s.left_key JOIN link r ON r.subject_key = s.right_key
  WHERE l.person_id != r.person_id AND s.left_key NOT IN (FROM apart) AND s.right_key NOT IN (FROM apart)),
shared AS (
  SELECT p.one, p.other, count(*)::INT AS systems FROM (SELECT DISTINCT one, other FROM open) p
  JOIN known a ON a.person_id = p.one JOIN known b ON b.person_id = p.other AND b.source = a.source GROUP BY ALL),
told AS (
  SELECT o.* EXCLUDE (weight, evidence), o.weight + $own_record * coalesce(b.systems, 0) AS weight,
    CASE WHEN b.systems > 0 THEN list_append(o.evidence, {'comparison': 'systems', 'level': b.systems, 'bits': $own_record * b.systems}) ELSE o.evidence END AS evidence
  FROM open o LEFT JOIN shared b USING (one, other)),
decided AS (
  SELECT DISTINCT least(l.person_id, r.person_id) AS one, greatest(l.person_id, r.person_id) AS other
  FROM said d JOIN link l ON l.subject_key = d.left_key JOIN link r ON r.subject_key = d.right_key WHERE d.state IN ('same', 'different'))
SELECT t.left_key, t.right_key, 1 / (1 + pow(2.0, -t.weight)) AS probability, t.weight, t.evidence,
  row_number() OVER (PARTITION BY one, other ORDER BY coalesce(d.state IN ('waiting', 'unsure'), false) DESC, t.weight DESC, t.left_key, t.right_key) = 1 AS asked
FROM told t ANTI JOIN decided USING (one, other)
LEFT JOIN said d ON d.left_key = t.left_key AND d.right_key = t.right_key
WHERE t.weight >= $least
"""


def open_pairs(scored: pa.Table, model: Model, about: Iterable[str] | None = None) -> pa.Table:
    """Likely pairs of two persons of whom nobody has said who they are: left_key, right_key, probability, weight, evidence, asked.

    Of two persons only one pair is `asked`. `about`: these patients only, and whoever is one person with them; without it everybody.
    """
    if about is None:
        links, known = standing_links(), MatchPair.objects.exclude(state=PairState.GONE)
        alone_by_hand = PersonLink.objects.filter(undone_at=None, reason=APART)
    else:
        keys = keys_joined_to(about)
        concerned = persons_of(keys)
        links = list(concerned), list(concerned.values())
        known = MatchPair.objects.filter(Q(left_key__in=keys) | Q(right_key__in=keys)).exclude(state=PairState.GONE)
        alone_by_hand = PersonLink.objects.filter(undone_at=None, reason=APART, subject_key__in=keys)
    keys, persons = links
    said = list(known.values_list("left_key", "right_key", "state"))
    columns = list(zip(*said, strict=True)) or [(), (), ()]
    asked = duckdb.connect()
    asked.register("scored", scored)
    asked.register(
        "link", pa.table({"subject_key": pa.array(keys, pa.string()), "person_id": pa.array(persons, pa.string())})
    )
    names = ("left_key", "right_key", "state")
    asked.register(
        "said", pa.table({n: pa.array(map(str, c), pa.string()) for n, c in zip(names, columns, strict=True)})
    )
    apart = list(alone_by_hand.values_list("subject_key", flat=True))
    asked.register("apart", pa.table({"subject_key": pa.array(apart, pa.string())}))
    least = math.log2(model.review / (1 - model.review))
    return asked.sql(OPEN_PAIRS, params={"own_record": OWN_RECORD_BITS, "least": least}).to_arrow_table()


def forget_unlike(found: pa.Table) -> None:
    """Pairs that waited and are no longer alike, or are one person by now."""
    still = set(zip(found["left_key"].to_pylist(), found["right_key"].to_pylist(), strict=True))
    waited = MatchPair.objects.filter(state__in=pairs.OPEN).values_list("id", "left_key", "right_key")
    over = [number for number, left, right in waited if (left, right) not in still]
    for some in _slices(over):
        MatchPair.objects.filter(id__in=some).update(state=PairState.GONE)


def keep_pairs(found: pa.Table, model: Model) -> Mapping[tuple[str, str], MatchPair]:
    """Every pair with what speaks for and against it today; one that was put off stays so until its weight changes."""
    rows = [
        MatchPair(
            left_key=row["left_key"], right_key=row["right_key"], probability=row["probability"], weight=row["weight"],
            evidence=_evidence(row["evidence"]), model_version=model.version,
        )
        for row in found.to_pylist()
    ]  # fmt: skip
    MatchPair.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["left_key", "right_key"], batch_size=500,
        update_fields=["probability", "weight", "evidence", "model_version"],
    )  # fmt: skip
    kept = {
        (one.left_key, one.right_key): one
        for some in _slices(sorted({row.left_key for row in rows}))
        for one in MatchPair.objects.filter(left_key__in=some)
    }
    asked = {key: kept[key] for key in ((row.left_key, row.right_key) for row in rows)}
    again = [pair for pair in asked.values() if pair.state in (PairState.GONE, PairState.JOINED)]
    for some in _slices([pair.pk for pair in again]):
        MatchPair.objects.filter(pk__in=some).update(state=PairState.WAITING)
    for pair in again:
        pair.state = PairState.WAITING
    return asked


def _slices(values: list) -> Iterator[list]:
    return (values[start : start + 1_000] for start in range(0, len(values), 1_000))


def _evidence(told: list[dict]) -> list[dict]:
    return [
        {"comparison": one["comparison"], "words": one["words"], "bits": round(one["bits"], 2)}
        for one in in_words(told)
    ]


def likely(
    found: pa.Table, features: pa.Table, model: Model, kept: Mapping[tuple[str, str], MatchPair]
) -> list[MatchPair]:
    """Those to join without asking: likely enough, of two sources, in groups that nothing contradicts."""
    apart = MatchPair.objects.filter(state=PairState.DIFFERENT).values_list("left_key", "right_key")
    left, right = zip(*apart, strict=True) if apart else ((), ())
    held = pa.table({"left_key": pa.array(left, pa.string()), "right_key": pa.array(right, pa.string())})
    sources = frozenset(features["source"].unique().to_pylist())
    groups = groups_of(found, features, model, held, sources)
    together = dict(zip(groups.members["subject_key"].to_pylist(), groups.members["group"].to_pylist(), strict=True))
    doubtful = set(zip(groups.doubtful["left_key"].to_pylist(), groups.doubtful["right_key"].to_pylist(), strict=True))
    return [
        pair
        for (one, other), pair in kept.items()
        if pair.probability >= model.link
        and pair.state == PairState.WAITING
        and one in together
        and together[one] == together.get(other)
        and (one, other) not in doubtful
        and (other, one) not in doubtful
    ]
