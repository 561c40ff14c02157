"""From a questionnaire and its answers to FHIR: the QuestionnaireResponse, and the Observations that US Core expects of it.

Every answered item with a code is one Observation (one per answer where several may be given); every group with a code, and the whole
questionnaire, is a panel whose `hasMember` are those inside. Source: US Core, Screening and Assessments.
"""

from collections.abc import Iterable
from typing import Any

from bluering.assessing.questionnaire import Answers, Question, Questionnaire, is_empty

Resource = dict[str, Any]
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
US_CORE_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
PROFILE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-screening-assessment"
RESPONSE_PROFILE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-questionnaireresponse"
UCUM = "http://unitsofmeasure.org"


def response(form: Questionnaire, answers: Answers, *, id: str, **more: Any) -> Resource:
    """The QuestionnaireResponse; `more` are its other elements (status, subject, authored, author, source)."""
    inside: dict[tuple[str, ...], list[Resource]] = {(): []}
    for question in form.questions:
        if question.kind == "display" or not form.is_enabled(question, answers):
            continue
        item: Resource = {"linkId": question.link_id, "text": question.words["en"]}
        if question.kind == "group":
            inside[(*question.path, question.link_id)] = item["item"] = []
        elif is_empty(answers.get(question.link_id)):
            continue
        else:
            item["answer"] = [_answer(question, value) for value in _each(answers[question.link_id])]
        inside[question.path].append(item)
    made = {"resourceType": "QuestionnaireResponse", "id": id, "questionnaire": form.url} | more
    made["meta"] = {"profile": [RESPONSE_PROFILE]} | more.get("meta", {})
    return made | {"item": _without_empty(inside[()])}


def _without_empty(items: list[Resource]) -> list[Resource]:
    """Groups in which nothing was answered are left out."""
    kept = [item | {"item": _without_empty(item["item"])} if "item" in item else item for item in items]
    return [item for item in kept if item.get("item") or item.get("answer")]


def answers_of(form: Questionnaire, said: Resource) -> dict[str, Any]:
    """The answers that a QuestionnaireResponse holds, by linkId."""
    found: dict[str, Any] = {}
    for item in _all_items(said.get("item") or ()):
        values = [_value(one) for one in item.get("answer") or ()]
        if values:
            question = form.question(item["linkId"])
            found[item["linkId"]] = values if (question and question.repeats) or len(values) > 1 else values[0]
    return found


def _all_items(items: Iterable[Resource]) -> Iterable[Resource]:
    for item in items:
        yield item
        yield from _all_items(item.get("item") or ())
        for one in item.get("answer") or ():
            yield from _all_items(one.get("item") or ())


def _value(answer: Resource) -> Any:
    value = next((value for name, value in answer.items() if name.startswith("value")), None)
    return value.get("code") if isinstance(value, dict) and "code" in value and "value" not in value else value


def observations(
    form: Questionnaire, answers: Answers, *, id: str, category: str = "", panel_value: float | None = None, **more: Any
) -> list[Resource]:
    """Every Observation of a response whose own id is `id`; `more` are elements that all of them have (subject, effectiveDateTime, performer)."""
    common = {"status": "final", "category": _categories(category)} | more
    common |= {"derivedFrom": [{"reference": f"QuestionnaireResponse/{id}"}]}
    made: list[Resource] = []
    members: dict[tuple[str, ...], list[str]] = {}
    for question in form.questions:
        if question.kind in ("group", "display") or not question.codes or not form.is_enabled(question, answers):
            continue
        values = _each(answers.get(question.link_id))
        for number, value in enumerate(values):
            suffix = f"-answer{number}" if question.repeats and len(values) > 1 else ""
            key = f"{id}-{question.codes[0]['code']}{suffix}"
            made.append(
                _observation(key, question.codes, question.words["en"], common | {**_observed(question, value)})
            )
            members.setdefault(_panel_around(form, question), []).append(key)
    return made + _panels(form, members, id, common, panel_value)


def _panels(
    form: Questionnaire, members: dict[tuple[str, ...], list[str]], id: str, common: Resource, value: float | None
) -> list[Resource]:
    """Panels from the innermost out, so that each names those inside it."""
    made = []
    groups = [one for one in form.questions if one.kind == "group" and one.codes]
    for group in sorted(groups, key=lambda one: -len(one.path)):
        inside = members.get((*group.path, group.link_id))
        if inside:
            key = f"{id}-{group.codes[0]['code']}"
            made.append(_observation(key, group.codes, group.words["en"], common | {"hasMember": _references(inside)}))
            members.setdefault(_panel_around(form, group), []).append(key)
    if form.panel and members.get(()):
        whole = common | {"hasMember": _references(members[()])}
        if value is not None:
            whole["valueQuantity"] = {"value": value, "unit": "score", "system": UCUM, "code": "{score}"}
        made.append(_observation(f"{id}-{form.panel[0]['code']}", form.panel, form.panel[0].get("display", ""), whole))
    return made


def _panel_around(form: Questionnaire, question: Question) -> tuple[str, ...]:
    """The path of the nearest group with a code around an item; empty for the whole questionnaire."""
    for depth in range(len(question.path), 0, -1):
        group = form.question(question.path[depth - 1])
        if group and group.codes and group.codes[0].get("code") != (form.panel[0].get("code") if form.panel else None):
            return question.path[:depth]
    return ()


def _observation(key: str, codes: Iterable[dict], text: str, elements: Resource) -> Resource:
    code = {"coding": [dict(one) for one in codes], "text": text}
    meta = {"profile": [PROFILE]} | elements.get("meta", {})
    return {"resourceType": "Observation", "id": key, **elements, "meta": meta, "code": code}


def _observed(question: Question, value: Any) -> Resource:
    """The value as an Observation has it: codes as concepts, numbers as quantities."""
    if option := question.option(str(value)):
        if not option.system:
            return {"valueString": option.code}
        return {"valueCodeableConcept": {"coding": [option.coding()], "text": option.words["en"]}}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int | float):
        unit = question.unit or ("{score}" if question.computed else "1")
        return {
            "valueQuantity": {
                "value": value,
                "unit": "score" if unit == "{score}" else unit,
                "system": UCUM,
                "code": unit,
            }
        }
    return {"valueString": str(value)}


def _answer(question: Question, value: Any) -> Resource:
    if option := question.option(str(value)):
        return {"valueCoding": option.coding()} if option.system else {"valueString": option.code}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if question.kind == "integer":
        return {"valueInteger": int(value)}
    if isinstance(value, int | float):
        return {"valueDecimal": value}
    return {"valueDate" if question.kind == "date" else "valueString": str(value)}


def _categories(category: str) -> list[Resource]:
    survey = {"coding": [{"system": CATEGORY, "code": "survey", "display": "Survey"}]}
    other = {"coding": [{"system": US_CORE_CATEGORY, "code": category}]}
    return [survey, other] if category else [survey]


def _each(value: Any) -> list[Any]:
    return [] if is_empty(value) else value if isinstance(value, list) else [value]


def _references(keys: Iterable[str]) -> list[Resource]:
    return [{"reference": f"Observation/{key}"} for key in keys]
