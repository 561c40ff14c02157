"""The head of a person's page: who this is in one glance."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bluering.web.doors import Opened
from bluering.web.status import PARTICIPANT_STATE, Look, look
from bluering.web.words import age_on, ago_words, as_day, day_words, initials, plain_name

PRONOUNS = {"female": "she", "male": "he"}
STAYS = ("IMP", "ACUTE", "NONAC", "OBSENC")
ENDED = ("resolved", "inactive", "remission")
TABS = (
    ("", "Ring"),
    ("timeline/", "Timeline"),
    ("contacts/", "Contacts"),
    ("team/", "Care team"),
    ("programs/", "Programs"),
    ("assessments/", "Assessments"),
    ("gaps/", "Gaps"),
)


@dataclass(frozen=True)
class Head:
    """What stands above every tab."""

    person_id: str
    name: str
    given: str
    initials: str
    facts: str
    phone: str
    born: str
    problems: str
    lead: str
    agreed: str
    died: str
    practices: str


def head(
    opened: Opened, tables: dict[str, list[dict]], lead: str, today: date, *, agreed: str = "", practices: str = ""
) -> Head:
    who = opened.summary
    name = plain_name(who.given, who.family)
    return Head(
        person_id=opened.person_id,
        name=name,
        given=who.given or name,
        initials=initials(name),
        facts=facts(who, today),
        phone=who.phone,
        born=f"born {who.birth_date:%m/%d/%Y}" if who.birth_date else "",
        problems=", ".join(active_problems(tables)[:5]),
        lead=lead,
        agreed=agreed,
        died=day_words(who.deceased_on, today),
        practices=practices,
    )


def facts(who: Any, today: date) -> str:
    """Age, pronoun, language when it is not English."""
    age = age_on(who.birth_date, who.deceased_on or today)
    parts = ["" if age is None else str(age), PRONOUNS.get(who.gender, ""), language(who.language)]
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
    """The names of the conditions that have not ended, newest first, each once; social Z codes are not problems.

    What a visit was about, of which nobody says that it goes on (a hospital's DG1), is no problem either.
    """
    rows = [
        row for row in tables.get("condition", ()) if _is_active(row) and not str(row.get("code") or "").startswith("Z")
    ]
    rows.sort(key=lambda row: str(row.get("onset_datetime") or row.get("recorded_datetime") or ""), reverse=True)
    names = (row.get("code_text") or row.get("code") or "" for row in rows)
    return list(dict.fromkeys(name.removesuffix(", unspecified") for name in names if name))


def _is_active(row: dict) -> bool:
    if row.get("category_code") == "encounter-diagnosis" and not row.get("clinical_status"):
        return False
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


@dataclass(frozen=True)
class Around:
    """One participant in the list beside the picture."""

    id: str
    name: str
    initials: str
    role: str
    kind: str
    state: Look
    last: str
    why: str


def participants(ring: Any, today: date) -> dict[str, list[Around]]:
    """The ring in words: where it is open or quiet, the open ones first, and where it is current."""
    order = {"open": 0, "quiet": 1}
    found = sorted(ring.participants, key=lambda p: order.get(p.state, len(order)))
    around = [
        Around(
            id=p.id,
            name=p.name,
            initials=p.initials,
            role=p.role,
            kind=p.kind,
            state=look(PARTICIPANT_STATE, p.state),
            last=f"last exchange {ago_words(p.last_exchange, today)}" if p.last_exchange else "no exchange on record",
            why=p.why,
        )
        for p in found
    ]
    return {
        "not_current": [p for p in around if p.state != PARTICIPANT_STATE["current"]],
        "current": [p for p in around if p.state == PARTICIPANT_STATE["current"]],
    }


def centre_line(tables: dict[str, list[dict]], today: date) -> str:
    """What stands under the name in the middle: the day at home for a month after a stay, else nothing."""
    ends = [
        as_day(row.get("end_datetime"))
        for row in tables.get("encounter", ())
        if row.get("class_code") in STAYS and row.get("status") == "finished"
    ]
    home = max((day for day in ends if day and day <= today), default=None)
    days = (today - home).days + 1 if home else 0
    return f"day {days} at home" if 0 < days <= 30 else ""
