"""What the frame of every page needs: where one can go, who is logged in, light or dark."""

from django.http import HttpRequest

from bluering.access import permissions
from bluering.web import nav
from bluering.web.words import initials

THEMES = ("auto", "light", "dark")


def frame(request: HttpRequest) -> dict:
    """Shown on every page; asks the database for nothing."""
    theme = request.COOKIES.get("theme", "auto")
    user = getattr(request, "user", None)
    known = bool(user and user.is_authenticated)
    name = user.name if known else ""
    return {
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "me_name": name,
        "me_initials": initials(name),
        "nav_groups": nav.groups(user, request.path) if known else [],
        "may_find": known and permissions.may_for_some(user, "person.read"),
        "may_log_contact": known and permissions.may_for_some(user, "contact.log"),
    }
