"""Pairs of records as pages show them: what each side says, where they differ, what speaks for and against."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from bluering.identity.matching import current_model
from bluering.identity.matching.thresholds import probability
from bluering.identity.models import MatchPair, PairEvent, PairState
from bluering.identity.queries import persons_of, zones_of
from bluering.record import queries as record
from bluering.record.charts import facts_of_many
from bluering.record.names import source_name

FIELDS = (
    ("Name", ("given", "family", "suffix")), ("Date of birth", ("birth_date",)), ("Sex", ("gender",)), ("Phone", ("phones", "phone")),
    ("E-mail", ("emails", "email")), ("Address", ("address_lines", "address_line", "city", "state", "postal_code")), ("Other names", ("families",)),
    ("Language", ("language",)), ("Died", ("deceased_datetime",)),
)  # fmt: skip
STATES = {
    "waiting": "To look at", "unsure": "Not sure", "joined": "Linked by itself", "same": "The same", "different": "Two persons",
}  # fmt: skip
PILLS = {"waiting": "due", "unsure": "due", "joined": "ok", "same": "ok", "different": "neutral"}
# Bars reach their end at so many bits for or against.
FULL_BITS = 20.0
# So many records of a person are shown beside the one that is weighed.
MOST_BESIDE = 4


@dataclass(frozen=True)
class Row:
    """One pair in a list."""

    id: int
    names: tuple[str, str]
    sources: tuple[str, str]
    percent: str
    reasons: str
    state: str
    pill: str
    by: str


@dataclass(frozen=True)
class Record:
    """One record: where it comes from, its number there, and whether it is one of the two that are weighed."""

    key: str
    source: str
    asked: bool


@dataclass(frozen=True)
class Line:
    """One thing that records may say, in their order; `differs` whether the two that are weighed say something else."""

    words: str
    cells: tuple[str, ...]
    differs: bool


@dataclass(frozen=True)
class Bar:
    """One comparison: words, bits, and how far its bar reaches from the middle (0 to 50)."""

    words: str
    bits: str
    reach: float
    speaks_for: bool

    @property
    def start(self) -> float:
        """Where the bar begins, from the left (0 to 100)."""
        return 50 if self.speaks_for else 50 - self.reach


def rows(pairs: Iterable[MatchPair]) -> list[Row]:
    """Pairs in their order, with the names of both sides; three questions to the database, however many they are."""
    shown = list(pairs)
    persons = persons_of({key for pair in shown for key in (pair.left_key, pair.right_key)})
    names = {person: summary.name for person, summary in record.summaries(set(persons.values())).items()}
    return [_row(pair, persons, names) for pair in shown]


def _row(pair: MatchPair, persons: Mapping[str, str], names: Mapping[str, str]) -> Row:
    keys = (pair.left_key, pair.right_key)
    left, right = (names.get(persons.get(key, ""), "Name not known") for key in keys)
    reasons = ", ".join(one["words"] for one in pair.evidence[:3])
    return Row(
        pair.pk, (left, right), (source_name(keys[0].split("/", 1)[0]), source_name(keys[1].split("/", 1)[0])), percent(pair.probability),
        reasons, STATES.get(pair.state, ""), PILLS.get(pair.state, "neutral"), pair.decided_by,
    )  # fmt: skip


def percent(probability: float) -> str:
    """Never 100: nothing here is sure."""
    return f"{min(probability, 0.999) * 100:.1f} %" if probability >= 0.99 else f"{probability * 100:.0f} %"


def side_by_side(pair: MatchPair) -> tuple[list[Record], list[Line], int]:
    """The two records, each with those that are one person with it already, what all say, and how many more there are."""
    persons = persons_of((pair.left_key, pair.right_key))
    facts = facts_of_many(sorted(set(persons.values())))
    told = {f"{row['source']}/{row['id']}": row for person in facts.values() for row in person.get("patient", ())}
    beside = {
        person: [f"{row['source']}/{row['id']}" for row in rows.get("patient", ())] for person, rows in facts.items()
    }
    keys = dict.fromkeys((pair.left_key, *beside.get(persons.get(pair.left_key, ""), ())[:MOST_BESIDE]))
    keys.pop(pair.right_key, None)
    keys |= dict.fromkeys((pair.right_key, *beside.get(persons.get(pair.right_key, ""), ())[:MOST_BESIDE]))
    asked = (pair.left_key, pair.right_key)
    records = [Record(key, source_name(key.split("/", 1)[0]), key in asked) for key in keys]
    lines = [_line(words, names, [told.get(key, {}) for key in keys], records) for words, names in FIELDS]
    more = len({key for rows in beside.values() for key in rows} - keys.keys())
    return records, [line for line in lines if any(line.cells)], more


def _line(words: str, names: tuple[str, ...], told: Sequence[Mapping], records: Sequence[Record]) -> Line:
    cells = tuple(_said(row, names) for row in told)
    weighed = {_plain(cell) for cell, record in zip(cells, records, strict=True) if record.asked}
    return Line(words, cells, len(weighed) > 1)


def _said(told: Mapping, names: tuple[str, ...]) -> str:
    parts: list[str] = []
    for name in names:
        value = told.get(name)
        texts = value if isinstance(value, list) else [value]
        parts += [str(text) for text in texts if text and str(text) not in parts]
    return ", ".join(parts) if len(names) > 3 or names[0].endswith("s") else " ".join(parts)


def _plain(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def bars(pair: MatchPair) -> list[Bar]:
    """The evidence as bars, for to the right, against to the left."""
    return [
        Bar(one["words"], f"{one['bits']:+.1f}", round(min(abs(one["bits"]) / FULL_BITS, 1) * 50, 1), one["bits"] > 0)
        for one in pair.evidence
    ]


def history(pair: MatchPair) -> list[PairEvent]:
    """What was decided, the newest first."""
    return list(pair.events.order_by("-id"))


def next_waiting(among: QuerySet[MatchPair], but: int = 0) -> MatchPair | None:
    """The pair that waits and is most likely one person."""
    return among.filter(state=PairState.WAITING).exclude(pk=but).order_by("-probability", "id").first()


def zones_in_words() -> str:
    """From where on pairs are linked and asked about, and what that rests on."""
    held = zones_of(current_model(0))
    said = (
        f"Linked by itself from {percent(probability(held.link))}, asked about from {percent(probability(held.review))}"
    )
    moved = [
        f"{what} {'up' if now > before else 'down'} from {percent(probability(before))}"
        for what, now, before in (
            ("linking", held.link, held.link_default),
            ("asking", held.review, held.review_default),
        )
        if now != before
    ]
    if not moved:
        return f"{said}: the weights' own thresholds. {_times(held.decided)} here leave them where they are."
    return f"{said}. {_times(held.decided)} here moved {' and '.join(moved)}."


def _times(decided: int) -> str:
    return f"{decided:,} decision{'' if decided == 1 else 's'}"
