"""Words of crisis: whether what somebody wrote says that a person may be in danger."""

import re
from functools import cache
from pathlib import Path

import yaml

from bluering.errors import BadInput
from bluering.population.rules import SHIPPED, site_folder

FILE = Path("coordination") / "crisis_words.yaml"
BEFORE = 5
SENTENCE = re.compile(r"[.;:!?\n]")
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def crisis_words(text: str) -> str:
    """The first words of crisis in a text, as the file has them; empty when there are none, or all are taken back."""
    phrases, unless = _words()
    for sentence in SENTENCE.split(text):
        said = [word.lower() for word in WORD.findall(sentence)]
        for start in range(len(said)):
            before = set(said[max(0, start - BEFORE) : start])
            for phrase in phrases:
                if tuple(said[start : start + len(phrase)]) == phrase and not unless & before:
                    return " ".join(phrase)
    return ""


def _words() -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    site = site_folder()
    own = site / FILE if site else None
    return _read(own if own and own.is_file() else SHIPPED / FILE)


@cache
def _read(file: Path) -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(said, dict) or not said.get("words"):
        raise BadInput(f"{FILE}: must name words; compare it with the one that is shipped.")
    phrases = tuple(tuple(WORD.findall(str(one).lower())) for one in said["words"])
    # YAML reads a bare `no` as false.
    return phrases, frozenset("no" if one is False else str(one).lower() for one in said.get("unless") or ())
