"""What a ring is made of, and the few words its parts share: days, names, initials. Nothing here reads a chart."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bluering.record.names import source_name

KINDS = ("clinic", "family", "community", "pharmacy", "specialist", "hospital", "payer")
TITLES = {"dr", "mr", "mrs", "ms", "rn", "np", "pa", "the"}
DEGREES = {
    "md", "do", "rn", "np", "pa", "pac", "phd", "psyd", "pharmd", "lcsw", "msw", "lpn", "pt", "od", "dpm", "chw", "ma",
    "jr", "sr", "inc", "llc",
}  # fmt: skip
Tables = dict[str, list[dict]]


@dataclass(frozen=True)
class Participant:
    """Somebody on the ring. `kind` is one of KINDS; `state` is current, open or quiet; `why` says so in a sentence.

    `confirmed`: somebody here has said that they belong to the team; others were only found.
    """

    id: str
    name: str
    initials: str
    role: str
    kind: str
    state: str
    why: str
    gap_ids: tuple[int, ...] = ()
    last_exchange: date | None = None
    confirmed: bool = False


@dataclass(frozen=True)
class Link:
    """Two participants who must work together. `state` is closed (answered), partial (one way) or gap."""

    a: str
    b: str
    state: str
    why: str
    last_exchange: date | None = None


@dataclass(frozen=True)
class Arrow:
    """An open handoff, from who gives to who should receive."""

    from_id: str
    to_id: str
    title: str
    handoff_id: int


@dataclass(frozen=True)
class Ring:
    """Everybody around a person, in the order they stand, what joins them, and what is on its way."""

    participants: list[Participant]
    links: list[Link]
    handoffs: list[Arrow]


def rows_of(tables: Tables, name: str) -> list[dict]:
    """The rows of a table of the chart; none when the chart has no such table."""
    return [row for row in (tables or {}).get(name) or () if isinstance(row, dict)]


def text_of(row: dict, *columns: str) -> str:
    """The first of these columns that says something."""
    return next((said for column in columns if (said := str(row.get(column) or "").strip())), "")


def day_in(row: dict, *columns: str) -> date | None:
    """The first of these columns that holds a day."""
    return next((day for column in columns if (day := day_of(row.get(column)))), None)


def day_of(value: Any) -> date | None:
    """A day from ISO text (whose zone is the practice's already), a moment or a day; None when it is none of these."""
    if isinstance(value, datetime):
        return (value.astimezone() if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def say_day(day: date | None, today: date) -> str:
    """3 Mar this year, 3 Mar 2024 otherwise."""
    if day is None:
        return "on a day not told"
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def from_source(source: str) -> str:
    return f" ({source_name(source)})" if source else ""


def fact_key(row: dict, resource: str) -> str:
    """source/Type/id, as gaps and handoffs name a fact."""
    return f"{row.get('source') or ''}/{resource}/{row.get('id') or ''}"


def key_of(name: str) -> str:
    """A name without accents, titles, degrees and order: `Busy, Amir MD` and `Dr. Amir Busy` are one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    head, _, tail = (plain if plain.strip() else name).partition(",")
    kept, rest = _words(head), _words(tail)
    given = [word for word in rest if word.lower() not in DEGREES]
    if not given:
        kept = _without_titles(kept)
    return " ".join(given + kept).lower() or " ".join(name.lower().split())


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub(r"[.'’-]", "", text))


def _without_titles(words: list[str]) -> list[str]:
    """Without a title before the name, or degrees in capitals after two other words: Do and Ma are family names too."""
    if len(words) > 1 and words[0].lower() in TITLES:
        words = words[1:]
    while len(words) > 2 and words[-1].isupper() and words[-1].lower() in DEGREES:
        words = words[:-1]
    return words


def initials_of(name: str) -> str:
    """Two letters for a face: of the first and the last word of the name as `key_of` reads it."""
    words = key_of(name).split()
    if not words:
        return "·"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
