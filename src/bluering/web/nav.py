"""The rail: only pages that exist and that this role may open."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.urls import reverse

from bluering.access import permissions
from bluering.access.practices import sources_of_others
from bluering.coordination.policies import pairs_for
from bluering.filing import queries as filing
from bluering.identity.models import PairState
from bluering.intake.inbox import queries as inbox


class Place(NamedTuple):
    """One link of the rail; `action` is what somebody must be allowed to do, at least for some person, to see it; `how_many` what waits there."""

    words: str
    route: str
    action: str
    group: str = ""
    how_many: Callable[[Any], int] | None = None


def count_inbox(user: Any) -> int:
    """What waits in the Inbox of the practices that this user serves."""
    return inbox.count_up_to(wanted=inbox.Wanted(without=tuple(sources_of_others(user))))


def count_pairs(user: Any) -> int:
    """Pairs that wait for this user."""
    return pairs_for(user).filter(state=PairState.WAITING).count()


PLACES = (
    Place("Today", "today", "counts.read"),
    Place("My day", "day", "day.plan"),
    Place("My patients", "patients", "person.read"),
    Place("Tasks", "tasks", "task.move"),
    Place("Handoffs", "handoffs", "handoff.move"),
    Place("Questions", "questions", "questions.read"),
    Place("Programs", "programs", "programs.read"),
    Place("Registry", "registry", "program.move"),
    Place("Case review", "reviews", "program.move"),
    Place("Payers' lists", "rosters", "rosters.read"),
    Place("Absences", "absences", "cover.arrange"),
    Place("Where time went", "time", "time.read"),
    Place("Cost and use", "months", "figures.read"),
    Place("Data", "data", "sources.read"),
    Place("Inbox", "inbox", "intake.read", how_many=count_inbox),
    Place("Documents", "documents", "documents.file", how_many=filing.count_waiting),
    Place("Who is who", "pairs", "identity.review", how_many=count_pairs),
    Place("Sources", "sources", "sources.read"),
    Place("Practices", "practices", "practices.manage"),
    Place("Components", "ui", "users.manage", "Building"),
)


def groups(user: Any, path: str) -> list[dict]:
    """The rail's links in groups: [{"heading", "links": [{"words", "href", "here", "count"}]}]."""
    found: dict[str, list[dict]] = {}
    for place in PLACES:
        if permissions.may_for_some(user, place.action):
            href = reverse(place.route)
            link = {
                "words": place.words,
                "href": href,
                "here": is_here(place.route, href, path),
                "count": said(place.how_many, user),
            }
            found.setdefault(place.group, []).append(link)
    return [{"heading": heading, "links": links} for heading, links in found.items()]


def is_here(route: str, href: str, path: str) -> bool:
    if route == "patients" and path.startswith("/people/"):
        return True
    if route == "inbox" and path.startswith("/inbox/documents/"):
        return False
    return path == href if href == "/" else path.startswith(href)


def said(how_many: Callable[[Any], int] | None, user: Any) -> str:
    """What waits, in at most four signs; empty when nothing does."""
    number = how_many(user) if how_many else 0
    return "999+" if number >= inbox.MOST_COUNTED else str(number or "")
