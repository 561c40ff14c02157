"""The head of a person's page: who this is in one glance."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bluering.web.doors import Opened
from bluering.web.words import age_on, day_words, initials, plain_name

PRONOUNS = {"female": "she", "male": "he"}
ENDED = ("resolved", "inactive", "remission")
TABS = (("", "Ring"), ("timeline/", "Timeline"), ("contacts/", "Contacts"), ("gaps/", "Gaps"))


@dataclass(frozen=True)
class Head:
    """What stands above every tab."""

    person_id: str
    name: str
    given: str
    initials: str
    facts: str
    born: str
    problems: str
    lead: str
    died: str


def head(opened: Opened, tables: dict[str, list[dict]], lead: str, today: date) -> Head:
    who = opened.summary
    name = plain_name(who.given, who.family)
    return Head(
        person_id=opened.person_id,
        name=name,
        given=who.given or name,
        initials=initials(name),
        facts=facts(who, today),
        born=f"born {who.birth_date:%m/%d/%Y}" if who.birth_date else "",
        problems=", ".join(active_problems(tables)[:5]),
        lead=lead,
        died=day_words(who.deceased_on, today),
    )


def facts(who: Any, today: date) -> str:
    """Age, pronoun, language when it is not English, telephone."""
    age = age_on(who.birth_date, who.deceased_on or today)
    parts = ["" if age is None else str(age), PRONOUNS.get(who.gender, ""), language(who.language), who.phone]
    return " · ".join(part for part in parts if part)


def language(code: str) -> str:
    if not code or code.lower().startswith("en"):
        return ""
    names = {
        "es": "speaks Spanish",
        "vi": "speaks Vietnamese",
        "so": "speaks Somali",
        "hmn": "speaks Hmong",
        "zh": "speaks Chinese",
        "ar": "speaks Arabic",
        "ru": "speaks Russian",
    }
    return names.get(code.lower().split("-")[0], f"language {code}")


def active_problems(tables: dict[str, list[dict]]) -> list[str]:
    """The names of the conditions that have not ended, newest first, each once; social Z codes are not problems."""
    rows = [
        row for row in tables.get("condition", ()) if _is_active(row) and not str(row.get("code") or "").startswith("Z")
    ]
    rows.sort(key=lambda row: str(row.get("onset_datetime") or row.get("recorded_datetime") or ""), reverse=True)
    return list(
        dict.fromkeys(
            row.get("code_text") or row.get("code") for row in rows if row.get("code_text") or row.get("code")
        )
    )


def _is_active(row: dict) -> bool:
    return (
        row.get("clinical_status") not in ENDED
        and not row.get("abatement_datetime")
        and row.get("verification_status") not in ("refuted", "entered-in-error")
    )


def tabs(person_id: str, here: str, open_gaps: int) -> list[dict]:
    """The tabs of a person's page; the one at `here` is the current one."""
    return [
        {
            "words": said,
            "href": f"/people/{person_id}/{route}",
            "here": route == here,
            "count": open_gaps if route == "gaps/" else 0,
            "variant": "gap",
        }
        for route, said in TABS
    ]
