"""The weights: how often each level of agreement is seen among records of one person, of strangers, and of one household.

Two strangers rarely agree on a surname and a street, the two of a household nearly always do. So a pair is held against both: it is one
person (m), two strangers (u), or two of one household (h). That is what keeps twins, fathers and sons and shared phones apart.
The default is a dated file; a trained model is the same file with the installation's own figures and how common its names are.
"""

import json
import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from bluering.errors import BadInput
from bluering.identity.matching.comparisons import COMPARISONS

DEFAULT = Path(__file__).parent / "data" / "model-2026-11-23.json"
NO_SHARES = pa.table(
    {"kind": pa.array([], pa.string()), "value": pa.array([], pa.string()), "share": pa.array([], pa.float64())}
)


class Odds(NamedTuple):
    """How often a level is seen: among records of one person, of two strangers, of two persons of one household."""

    m: float
    u: float
    h: float


@dataclass(frozen=True)
class Model:
    """Weights by comparison and level, in the order of COMPARISONS.

    `records`: how many records the installation has, from which the chance that two of them are one person follows. `link`, `review`:
    probabilities from which a pair is linked by itself, and from which a person is asked. `shares`: kind (given, family), value, share;
    how common the names are here.
    """

    version: str
    source: str
    records: int
    matches_per_record: float
    household_per_match: float
    link: float
    review: float
    odds: dict[str, tuple[Odds, ...]]
    shares: pa.Table = field(default_factory=lambda: NO_SHARES, compare=False)

    @property
    def prior_bits(self) -> float:
        """Evidence needed before two records are as likely one person as two strangers, as a negative number of bits."""
        chance = 2 * self.matches_per_record / max(self.records - 1, 1)
        return math.log2(chance / max(1 - chance, 1e-9)) if chance < 1 else 0.0


def default_model(records: int | None = None) -> Model:
    """The dated weights that come with the program, for an installation with so many records."""
    model = load_model(DEFAULT)
    return replace(model, records=records) if records else model


def load_model(path: Path) -> Model:
    """Read a model; its names' shares lie beside it as Parquet. Raises BadInput when the file does not fit what is compared."""
    told = json.loads(path.read_text())
    shares = path.with_suffix(".parquet")
    try:
        odds = {
            c.name: tuple(Odds(*told["comparisons"][c.name][level.name]) for level in c.levels) for c in COMPARISONS
        }
    except KeyError as missing:
        raise BadInput(f"{path.name}: the model has no weights for {missing}. Train it anew.") from missing
    simple = {name: told[name] for name in SIMPLE}
    return Model(**simple, odds=odds, shares=pq.read_table(shares) if shares.exists() else NO_SHARES)


def save_model(model: Model, path: Path) -> None:
    """Write a model as `load_model` reads it; who reads meanwhile finds the old one or the new one, whole."""
    levels = {
        c.name: {level.name: list(odds) for level, odds in zip(c.levels, model.odds[c.name], strict=True)}
        for c in COMPARISONS
    }
    told: dict[str, Any] = {name: getattr(model, name) for name in SIMPLE}
    if model.shares.num_rows:
        pq.write_table(model.shares, path.with_suffix(".shares"))
        path.with_suffix(".shares").replace(path.with_suffix(".parquet"))
    path.with_suffix(".new").write_text(json.dumps({**told, "comparisons": levels}, indent=1))
    path.with_suffix(".new").replace(path)


SIMPLE = ("version", "source", "records", "matches_per_record", "household_per_match", "link", "review")


def zone(probability: float, model: Model) -> str:
    """`link` by itself, `review` by a person, or `apart`."""
    if probability >= model.link:
        return "link"
    return "review" if probability >= model.review else "apart"
