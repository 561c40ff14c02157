"""Instruments: folders with a questionnaire, what its answers add up to, who may use its words, and what follows from it.

`rules/instruments/<id>/{instrument.yaml, questionnaire.json, vectors.txt, README.md}` ship where the rights allow it. Of the others only
`instrument.yaml` ships, as a slot: a site that has the licence puts `questionnaire.json` (and an `instrument.yaml` with the score) into its
own folder of rules.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bluering.assessing.questionnaire import Questionnaire, read_questionnaire
from bluering.errors import BadInput
from bluering.population.rules import SHIPPED, site_folder

MAY_SHIP = ("yes", "conditions")
KINDS = ("sum", "any")
UNATTENDED = ("yes", "monitored", "no")


@dataclass(frozen=True)
class Rights:
    """Who may use the words of an instrument: `redistribution` is yes, conditions, ask or no."""

    redistribution: str
    notice: str
    source: str


@dataclass(frozen=True)
class Scoring:
    """How answers add up: `sum` of ordinal values, or `any` above 0. `of` are linkIds, `item` the linkId that holds the result."""

    kind: str
    item: str
    of: tuple[str, ...]
    most: int
    worse: str = "higher"
    if_so: str = ""
    if_not: str = ""


@dataclass(frozen=True)
class Route:
    """What an answer leads to: words for whoever works with the person, and what opens (contact, question, community)."""

    item: str
    answers: tuple[str, ...]
    words: str
    do: str


@dataclass(frozen=True)
class Instrument:
    """One instrument. `questionnaire` is None for a slot nobody has filled.

    `positive` maps a sex (male, female) or `all` to the score from which it is positive; `levels` a score to its words; `safety` names the
    item that opens the safety path when its score is above a number; `asks_help_first` the question that comes before all others.
    """

    id: str
    title: str
    about: str
    version: str
    rights: Rights
    questionnaire: Questionnaire | None = None
    scoring: Scoring | None = None
    levels: dict[int, str] = field(default_factory=dict)
    levels_source: str = ""
    positive: dict[str, int] = field(default_factory=dict)
    target_below: int | None = None
    target_words: str = ""
    safety_item: str = ""
    safety_above: float = 0
    by_proxy: bool = True
    unattended: str = "yes"
    every_days: int = 0
    category: str = ""
    asks_help_first: str = ""
    next_instrument: str = ""
    next_words: str = ""
    routes: tuple[Route, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        return self.questionnaire.languages if self.questionnaire else ()

    @property
    def total_code(self) -> str:
        """The code under which the result stands in the record; empty where nothing is added up."""
        question = self.questionnaire.question(self.scoring.item) if self.questionnaire and self.scoring else None
        return question.codes[0]["code"] if question and question.codes else ""


def instruments() -> dict[str, Instrument]:
    """Every instrument that can be filled in here, by id."""
    return {name: one for name, one in all_instruments().items() if one.questionnaire is not None}


def all_instruments() -> dict[str, Instrument]:
    """Every instrument by id, slots among them; the site's in place of ours where both have one."""
    return _load(site_folder())


@cache
def _load(site: Path | None) -> dict[str, Instrument]:
    folders: dict[str, list[Path]] = {}
    for root in (SHIPPED, site):
        for file in sorted((root / "instruments").glob("*/instrument.yaml")) if root else ():
            folders.setdefault(file.parent.name, []).insert(0, file.parent)
        for file in sorted((root / "instruments").glob("*/questionnaire.json")) if root and root != SHIPPED else ():
            known = folders.setdefault(file.parent.name, [])
            if file.parent not in known:
                known.insert(0, file.parent)
    return {name: read_instrument(name, paths) for name, paths in sorted(folders.items())}


def read_instrument(name: str, folders: list[Path]) -> Instrument:
    """An instrument out of the first of these folders that has each file. Raises BadInput with the file that cannot be used."""
    described, asked = _first(folders, "instrument.yaml"), _first(folders, "questionnaire.json")
    if described is None:
        raise BadInput(f"Instrument {name}: instrument.yaml is missing beside questionnaire.json.")
    said = yaml.safe_load(described.read_text(encoding="utf-8"))
    if said.get("id") != name:
        raise BadInput(f"Instrument {name}, instrument.yaml: id is {said.get('id')!r}; it must be the folder's name.")
    questionnaire = None
    if asked is not None:
        questionnaire = read_questionnaire(
            json.loads(asked.read_text(encoding="utf-8")), f"Instrument {name}, questionnaire.json"
        )
    made = _instrument(said, questionnaire)
    for complaint in _complaints(made):
        raise BadInput(f"Instrument {name}, instrument.yaml: {complaint}")
    return made


def _first(folders: list[Path], name: str) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _instrument(said: dict[str, Any], questionnaire: Questionnaire | None) -> Instrument:
    rights, score, levels = said.get("rights") or {}, said.get("score"), said.get("levels") or {}
    safety, target, after = said.get("safety") or {}, said.get("target") or {}, said.get("next") or {}
    return Instrument(
        id=said["id"], title=said.get("title", ""), about=said.get("about", ""), version=str(said.get("version", "")),
        rights=Rights(str(rights.get("redistribution", "no")), rights.get("notice", ""), rights.get("source", "")),
        questionnaire=questionnaire,
        scoring=Scoring(**{**score, "of": tuple(score["of"])}) if score else None,
        levels={int(start): words for start, words in (levels.get("from") or {}).items()},
        levels_source=levels.get("source", ""), positive=said.get("positive") or {},
        target_below=target.get("below"), target_words=target.get("words", ""),
        safety_item=safety.get("item", ""), safety_above=float(safety.get("above", 0)),
        by_proxy=bool(said.get("by_proxy", True)), unattended=str(said.get("unattended", "yes")),
        every_days=int(said.get("every_days", 0)), category=said.get("category", ""),
        asks_help_first=said.get("asks_help_first", ""), next_instrument=after.get("instrument", ""), next_words=after.get("words", ""),
        routes=tuple(Route(one["item"], tuple(one["answers"]), one["words"], one["do"]) for one in said.get("routes") or ()),
    )  # fmt: skip


def _complaints(one: Instrument):
    """What keeps an instrument from being used, as sentences."""
    if not one.title or not one.version or not one.rights.notice or not one.rights.source:
        yield "title, version and rights (notice, source) are needed."
    if one.unattended not in UNATTENDED:
        yield f"unattended must be one of {', '.join(UNATTENDED)}, in quotes."
    if one.questionnaire is None:
        return
    links = {question.link_id for question in one.questionnaire.questions}
    named = [*(one.scoring.of if one.scoring else ()), one.scoring.item if one.scoring else "", one.safety_item]
    named += [one.asks_help_first, *(route.item for route in one.routes)]
    for link in named:
        if link and link not in links:
            yield f"it names the item {link}, which the questionnaire does not have."
    if one.scoring and one.scoring.kind not in KINDS:
        yield f"score kind must be one of {', '.join(KINDS)}."
    if one.safety_item and one.unattended == "yes":
        yield "an item that opens the safety path asks for unattended: monitored, or no."
