"""Marks a page that brings itself up to date while it is open: it carries the stamp at which it was made."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse

from bluering.web import news
from bluering.web.asked import Asked

View = Callable[..., HttpResponse]


def live_about(about: str, seconds: int = 2) -> Callable[[View], View]:
    """Watch what `news` knows by this word, asking so often; without a word the person of the page, else what concerns the user.

    The stamp is taken before the view reads anything, so that nothing slips in between unseen.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def stamped(request: Asked, **named) -> HttpResponse:
            watched = about or str(named.get("person_id", ""))
            request.live = {"about": watched, "stamp": str(news.newest()), "seconds": str(seconds)}
            return view(request, **named)

        return stamped

    return decorate


live = live_about("")
