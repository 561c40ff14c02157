"""A FHIR Questionnaire as values: its questions in order, what may be answered, in which languages, and which are asked when."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bluering.errors import BadInput

ORDINAL = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
)
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
ASKED = ("choice", "open-choice", "boolean", "integer", "decimal", "string", "text", "date", "quantity")
Answers = Mapping[str, Any]
Words = dict[str, str]


@dataclass(frozen=True)
class Option:
    """One answer of a choice; `score` is its ordinal value, None where it has none."""

    system: str
    code: str
    words: Words
    score: float | None

    def coding(self) -> dict[str, str]:
        return {"system": self.system, "code": self.code, "display": self.words["en"]}


@dataclass(frozen=True)
class Question:
    """One item. `words` by language; `codes` are its FHIR codings; `path` are the linkIds of the groups around it, outermost first."""

    link_id: str
    kind: str
    words: Words
    codes: tuple[dict, ...] = ()
    options: tuple[Option, ...] = ()
    required: bool = False
    repeats: bool = False
    computed: bool = False
    unit: str = ""
    when: tuple[dict, ...] = ()
    any_of_when: bool = False
    path: tuple[str, ...] = ()

    @property
    def is_asked(self) -> bool:
        return self.kind in ASKED and not self.computed

    def option(self, code: str) -> Option | None:
        return next((one for one in self.options if one.code == code), None)


@dataclass(frozen=True)
class Questionnaire:
    """A questionnaire; `panel` are the codes of the whole."""

    url: str
    version: str
    title: str
    panel: tuple[dict, ...]
    questions: tuple[Question, ...]
    languages: tuple[str, ...]

    def question(self, link_id: str) -> Question | None:
        return next((one for one in self.questions if one.link_id == link_id), None)

    def asked(self, answers: Answers) -> list[Question]:
        """The questions to be asked, given what was answered so far; each shown with the display items before it by whoever renders."""
        return [one for one in self.questions if one.is_asked and self.is_enabled(one, answers)]

    def missing(self, answers: Answers) -> list[Question]:
        """Required questions that are asked and not answered."""
        return [one for one in self.asked(answers) if one.required and is_empty(answers.get(one.link_id))]

    def is_enabled(self, question: Question, answers: Answers) -> bool:
        """`enableWhen` of the item and of the groups around it. What is not answered enables nothing but `exists false`, and `!=` as FHIR has it."""
        around = [found for link in question.path if (found := self.question(link))]
        return all(self._holds(one, answers) for one in [*around, question])

    def _holds(self, question: Question, answers: Answers) -> bool:
        if not question.when:
            return True
        tests = (self._met(test, answers) for test in question.when)
        return any(tests) if question.any_of_when else all(tests)

    def _met(self, test: dict, answers: Answers) -> bool:
        given, kind = answers.get(test["question"]), test["operator"]
        wanted = next((value for name, value in test.items() if name.startswith("answer")), None)
        if kind == "exists":
            return is_empty(given) != bool(wanted)
        if is_empty(given):
            return False
        wanted = wanted.get("code") if isinstance(wanted, dict) else wanted
        values = given if isinstance(given, list) else [given]
        if kind == "!=":
            return all(value != wanted for value in values)
        return any(COMPARES[kind](value, wanted) for value in values)


COMPARES: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip


def is_empty(value: Any) -> bool:
    """Whether nothing was answered; 0 and False are answers."""
    return value is None or value == "" or value == []


def read_questionnaire(said: dict[str, Any], place: str) -> Questionnaire:
    """A FHIR R4 Questionnaire. Raises BadInput with `place` and the item that cannot be used."""
    if said.get("resourceType") != "Questionnaire":
        raise BadInput(f"{place}: it is not a FHIR Questionnaire.")
    questions = tuple(_questions(said.get("item") or [], (), place))
    seen: set[str] = set()
    for one in questions:
        if one.link_id in seen:
            raise BadInput(f"{place}, item {one.link_id}: the linkId stands there twice.")
        seen.add(one.link_id)
        if unknown := {test.get("question") for test in one.when} - {other.link_id for other in questions}:
            raise BadInput(
                f"{place}, item {one.link_id}: enableWhen asks {sorted(map(str, unknown))[0]}, which is not there."
            )
    return Questionnaire(
        url=said.get("url", ""), version=str(said.get("version", "")), title=said.get("title", ""),
        panel=tuple(said.get("code") or ()), questions=questions, languages=_languages(questions),
    )  # fmt: skip


def _questions(items: list[dict], path: tuple[str, ...], place: str):
    for item in items:
        link, kind = item.get("linkId"), item.get("type")
        if not link or not kind:
            raise BadInput(f"{place}: an item without linkId or type.")
        if kind not in (*ASKED, "group", "display"):
            raise BadInput(f"{place}, item {link}: the type {kind} cannot be asked here.")
        for test in item.get("enableWhen") or ():
            if test.get("operator") not in (*COMPARES, "!=", "exists"):
                raise BadInput(f"{place}, item {link}: enableWhen has no operator we know.")
        yield Question(
            link_id=link, kind=kind, words=_words(item, "text"), codes=tuple(item.get("code") or ()),
            options=tuple(_option(one, f"{place}, item {link}") for one in item.get("answerOption") or ()),
            required=bool(item.get("required")), repeats=bool(item.get("repeats")), computed=bool(item.get("readOnly")),
            unit=_extension(item, UNIT).get("valueCoding", {}).get("code", ""), when=tuple(item.get("enableWhen") or ()),
            any_of_when=item.get("enableBehavior") == "any", path=path,
        )  # fmt: skip
        yield from _questions(item.get("item") or [], (*path, link), place)


def _option(said: dict, place: str) -> Option:
    coding = said.get("valueCoding")
    if not coding or not coding.get("code"):
        plain = next((str(value) for name, value in said.items() if name.startswith("value")), "")
        if not plain:
            raise BadInput(f"{place}: an answerOption without a value.")
        return Option("", plain, {"en": plain}, None)
    score = next((one["valueDecimal"] for one in _extensions(said, coding) if one.get("url") in ORDINAL), None)
    shown = _words(coding, "display")
    return Option(coding.get("system", ""), coding["code"], shown if shown["en"] else {"en": coding["code"]}, score)


def _extensions(*holders: dict) -> list[dict]:
    return [one for holder in holders for one in holder.get("extension") or ()]


def _extension(holder: dict, url: str) -> dict:
    return next((one for one in _extensions(holder) if one.get("url") == url), {})


def _words(holder: dict, name: str) -> Words:
    """A text with its translations, by language."""
    words = {"en": holder.get(name, "")}
    for one in (holder.get(f"_{name}") or {}).get("extension") or ():
        if one.get("url") == TRANSLATION:
            parts = {part["url"]: part for part in one.get("extension", ())}
            words[parts["lang"]["valueCode"]] = parts["content"]["valueString"]
    return words


def _languages(questions: tuple[Question, ...]) -> tuple[str, ...]:
    """The languages in which every question and every answer is there, English first."""
    texts = [one.words for one in questions if not one.computed]
    texts += [option.words for one in questions if not one.computed for option in one.options]
    known = {language for words in texts for language in words}
    return tuple(
        sorted((name for name in known if all(name in words for words in texts)), key=lambda name: (name != "en", name))
    )
