"""Marks a page that brings itself up to date while it is open: it carries the stamp at which it was made."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse

from bluering.web import news
from bluering.web.asked import Asked

View = Callable[..., HttpResponse]


def live(view: View) -> View:
    """The stamp is taken before the view reads anything, so that nothing slips in between unseen.

    A page about one person watches that person; other pages watch what concerns the user.
    """

    @wraps(view)
    def stamped(request: Asked, **named) -> HttpResponse:
        request.live = {"about": str(named.get("person_id", "")), "stamp": str(news.newest())}
        return view(request, **named)

    return stamped
