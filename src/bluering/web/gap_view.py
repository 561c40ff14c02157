"""A gap as a page shows it: when it is due in words, what it rests on, and the buttons that bridge it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bluering.record.queries import source_name
from bluering.web import status
from bluering.web.words import day_words

# Where each verb of a rule leads, and what it takes to go there.
PLACES = {
    "log_contact": ("contact.log", "contact/"),
    "book_visit": ("contact.log", "contact/"),
    "open_handoff": ("handoff.open", "handoff/"),
    "ask_clinician": ("handoff.open", "handoff/"),
    "review_medicines": ("handoff.open", "handoff/"),
    "recheck": ("handoff.open", "handoff/"),
    "decide_program": ("program.move", "programs/"),
    "assign_coordinator": ("panel.assign", "assign/"),
}


@dataclass(frozen=True)
class Button:
    """One thing to do: opens in the dialog; without a script it is a page of its own."""

    words: str
    href: str


@dataclass(frozen=True)
class Evidence:
    """One fact a gap rests on."""

    label: str
    day: str
    value: str
    source: str


@dataclass(frozen=True)
class GapView:
    """What the component `gap` shows."""

    id: int
    person_id: str
    title: str
    sentence: str
    severity: str
    state: status.Look
    due: status.Look
    due_date: date | None
    who: str
    evidence: list[Evidence]
    buttons: list[Button] = field(default_factory=list)
    aside: Button | None = None
    rule_title: str = ""
    rule_source: str = ""
    rule_url: str = ""
    rule_says: str = ""
    note: str = ""
    closes: bool = True
    person_name: str = ""


def view(
    gap: Any, rule: Any | None, *, today: date, may: Callable[[str], bool] = lambda action: False, person_name: str = ""
) -> GapView:
    """`gap` is population.models.Gap, `rule` its population.rules.Rule; `may` answers for this user and person."""
    days = (gap.due_date - today).days if gap.due_date else None
    return GapView(
        id=gap.id,
        person_id=gap.person_id,
        title=gap.title,
        sentence=gap.sentence,
        severity=gap.severity if gap.state == "open" else "flat",
        state=status.look(status.GAP_STATE, gap.state),
        due=status.due_look(days, gap.severity) if gap.state == "open" else status.look(status.GAP_STATE, gap.state),
        due_date=gap.due_date,
        who=accountable(gap),
        evidence=[evidence_row(row) for row in gap.evidence or []],
        buttons=buttons(gap, rule, may),
        aside=aside(gap, may),
        note=note(gap),
        closes=gap.state != "closed",
        person_name=person_name,
        **rule_words(rule),
    )


def rule_words(rule: Any | None) -> dict[str, str]:
    if rule is None:
        return {}
    version = f", version {rule.version}" if rule.version else ""
    return {
        "rule_title": f"{rule.title}{version}",
        "rule_source": "Read the source" if rule.source_url else "",
        "rule_url": rule.source_url or "",
        "rule_says": rule.sentence or "",
    }


def accountable(gap: Any) -> str:
    """Who answers for it and with whom, in a few words."""
    owner = {"coordinator": "for the coordinator", "clinician": "for the clinician"}.get(gap.owner, gap.owner)
    return " · ".join(part for part in (owner, f"with {gap.with_whom}" if gap.with_whom else "") if part)


def evidence_row(row: dict) -> Evidence:
    value = row.get("value")
    return Evidence(
        label=row.get("label") or str(row.get("table", "")).replace("_", " "),
        day=day_words(row.get("date")) or "no date",
        value="" if value is None else str(value),
        source=source_name(row["source"]) if row.get("source") else "",
    )


def note(gap: Any) -> str:
    if gap.state == "set_aside" and gap.set_aside_until:
        return f"Set aside until {day_words(gap.set_aside_until)}: {gap.set_aside_reason}"
    if gap.state == "closed":
        return f"Closed {day_words(gap.closed_at)}. {gap.closed_by_evidence or ''}".strip()
    return ""


def buttons(gap: Any, rule: Any | None, may: Callable[[str], bool]) -> list[Button]:
    """The act that bridges the gap, when this user may do it; a gap that rests can be taken up again."""
    if gap.state == "set_aside":
        return [Button("Take up again", f"/gaps/{gap.id}/resume/")] if may("gap.set_aside") else []
    bridge = rule.action if rule and gap.state == "open" else None
    if bridge is None or bridge.verb not in PLACES:
        return []
    permission, route = PLACES[bridge.verb]
    return [Button(bridge.label, f"/people/{gap.person_id}/{route}?gap={gap.id}")] if may(permission) else []


def aside(gap: Any, may: Callable[[str], bool]) -> Button | None:
    """Putting an open gap off, when this user may."""
    if gap.state != "open" or not may("gap.set_aside"):
        return None
    return Button("Set aside", f"/gaps/{gap.id}/set-aside/")
