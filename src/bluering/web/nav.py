"""The rail: only pages that exist and that this role may open."""

from typing import Any, NamedTuple

from django.urls import reverse

from bluering.access import permissions


class Place(NamedTuple):
    """One link of the rail; `action` is what somebody must be allowed to do, at least for some person, to see it."""

    words: str
    route: str
    action: str
    group: str = ""


PLACES = (
    Place("Today", "today", "counts.read"),
    Place("My patients", "patients", "person.read"),
    Place("Handoffs", "handoffs", "handoff.move"),
    Place("Inbox", "inbox", "intake.read"),
    Place("Components", "ui", "users.manage", "Building"),
)


def groups(user: Any, path: str) -> list[dict]:
    """The rail's links in groups: [{"heading", "links": [{"words", "href", "here"}]}]."""
    found: dict[str, list[dict]] = {}
    for place in PLACES:
        if permissions.may_for_some(user, place.action):
            href = reverse(place.route)
            link = {"words": place.words, "href": href, "here": is_here(place.route, href, path)}
            found.setdefault(place.group, []).append(link)
    return [{"heading": heading, "links": links} for heading, links in found.items()]


def is_here(route: str, href: str, path: str) -> bool:
    if route == "patients" and path.startswith("/people/"):
        return True
    return path == href if href == "/" else path.startswith(href)
