"""A request as views meet it: the log-in has let somebody through, and htmx has said whether it asks."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from bluering.access.models import User


class Asked(HttpRequest):
    """For annotations; every request has these once it is past the middleware."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails
    live: dict[str, str]  # on pages that bring themselves up to date: what they watch, and the stamp they were made at
