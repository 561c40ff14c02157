"""What the frame of every page needs: where one can go, who is logged in, light or dark."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from bluering.access import permissions
from bluering.access.models import User
from bluering.coordination.talks import running_talk
from bluering.record.queries import summary
from bluering.web import nav
from bluering.web.words import initials

THEMES = ("auto", "light", "dark")


def frame(request: HttpRequest) -> dict:
    """Shown on every page; asks the database only for what waits, of those who mind it."""
    theme = request.COOKIES.get("theme", "auto")
    user = getattr(request, "user", None)
    known = user if user and user.is_authenticated else None
    name = known.name if known else ""
    return {
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "me_name": name,
        "me_initials": initials(name),
        "live": getattr(request, "live", None),
        "nav_groups": nav.groups(known, request.path) if known else [],
        "may_find": known is not None and permissions.may_for_some(known, "person.find"),
        "talk": SimpleLazyObject(lambda: running(known)),
        "may_log_contact": known is not None and permissions.may_for_some(known, "contact.log"),
    }


def running(user: User | None) -> dict | None:
    """The clock of this user's talk, with whom it runs for."""
    if user is None or not permissions.may_for_some(user, "contact.log"):
        return None
    talk = running_talk(user)
    who = summary(talk.person_id) if talk else None
    return {"since": talk.started_at, "person_id": talk.person_id, "name": who.name} if talk and who else None
