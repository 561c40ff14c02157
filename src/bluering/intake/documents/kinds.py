"""What sort of document it is, by the words of `rules/documents/kinds.yaml`; a site's own file of that name wins."""

import os
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from bluering.errors import BadInput

NAME = "documents/kinds.yaml"
SHIPPED = Path(__file__).resolve().parents[2] / "rules" / NAME
TITLE_LETTERS, OTHER = 400, "other"


@dataclass(frozen=True)
class Kind:
    """One sort: `coding` is its LOINC code where there is one, `owner` who usually acts on it."""

    key: str
    title: str
    owner: str
    words: dict[str, int]
    coding: dict[str, str] = field(default_factory=dict)


def kinds() -> dict[str, Kind]:
    """All sorts by key, in the order of the file. Raises BadInput when the file cannot be used."""
    return _read(_file())[0]


def suggest_kind(pages: list[str]) -> tuple[str, str]:
    """(key, reason): the sort whose words weigh most, when they weigh enough; else `other`."""
    known, needs = _read(_file())
    text = _plain(" ".join(pages))
    title = _plain(" ".join(pages)[:TITLE_LETTERS])
    weighed = [(sum(found.values()), kind, found) for kind in known.values() if (found := _found(kind, text, title))]
    weight, kind, found = max(weighed, key=lambda entry: entry[0], default=(0, known[OTHER], {}))
    if weight < needs:
        return OTHER, "no words of a known kind stand in it"
    best = sorted(found, key=lambda word: -found[word])[:3]
    return kind.key, "it says " + ", ".join(f"“{word}”" for word in best)


def _found(kind: Kind, text: str, title: str) -> dict[str, int]:
    """The kind's words that stand in the text, with their weights; twice where titles stand."""
    return {word: weight * (2 if _has(title, word) else 1) for word, weight in kind.words.items() if _has(text, word)}


def _has(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text) is not None


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower())


def _file() -> Path:
    own = Path(os.environ.get("BLUERING_RULES") or "/nowhere") / NAME
    return own if own.is_file() else SHIPPED


@cache
def _read(file: Path) -> tuple[dict[str, Kind], int]:
    told = yaml.safe_load(file.read_text("utf-8"))
    try:
        found = {
            key: Kind(
                key,
                one["title"],
                one["owner"],
                {str(w).lower(): int(n) for w, n in one["words"].items()},
                one.get("code", {}),
            )
            for key, one in told["kinds"].items()
        }
        needs = int(told["needs"])
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise BadInput(
            f"{file}: a kind has title, owner and words with their weights, and `needs` is a number ({fault})."
        ) from None
    if OTHER not in found:
        raise BadInput(f"{file}: the kind `{OTHER}` is missing; it stands for everything else.")
    return found, needs
