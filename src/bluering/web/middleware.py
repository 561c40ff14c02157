"""Around every page: what a browser may load, who may come in, and kind sentences when something fails."""

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.utils import timezone

from bluering.access import audit
from bluering.access.practices import zone_of
from bluering.errors import BadInput, Refusal
from bluering.web.asked import Asked
from bluering.web.views import problems

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SEEN = "seen_at"
SEEN_EVERY_SECONDS = 60


class ContentSecurityPolicy:
    """Only our own scripts and styles run, and no page of ours stays in a shared browser's cache."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: Asked) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class LogInRequired:
    """Every view asks for a log-in unless it says `open_door`, and has the clock of who asks; a session left alone ends by itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: Asked) -> HttpResponse:
        with audit.through(f"web {request.META.get('REMOTE_ADDR', '')}"), audit.again(by_itself(request)):
            try:
                return self.get_response(request)
            finally:
                timezone.deactivate()

    def process_view(self, request, view, args, kwargs):
        if getattr(view, "open_door", False):
            return None
        if not request.user.is_authenticated:
            return to_log_in(request)
        if left_alone(request):
            logout(request)
            messages.info(request, "You were away for a while, so the page was locked. Log in to go on.")
            return to_log_in(request)
        if zone := zone_of(request.user):
            timezone.activate(zone)
        return None


def to_log_in(request: Asked) -> HttpResponse:
    """The log-in page, which leads back; inside a piece of a page the whole page goes there."""
    where = request.get_full_path() if request.method == "GET" and not request.htmx else "/"
    response = redirect_to_login(where)
    if not request.htmx:
        return response
    stay = HttpResponse(status=204)
    stay["HX-Redirect"] = response["Location"]
    return stay


def by_itself(request: Asked) -> bool:
    """Whether an open page asks on its own, without anybody at it."""
    return "X-By-Itself" in request.headers


def left_alone(request: Asked) -> bool:
    """True when nobody used this session within the idle limit; notes the use at most once a minute.

    A page that asks by itself is no use: left open, it is locked like any other.
    """
    now, seen = time.time(), request.session.get(SEEN)
    if seen is not None and now - seen > settings.IDLE_LIMIT_SECONDS:
        return True
    if by_itself(request):
        return False
    if seen is None or now - seen > SEEN_EVERY_SECONDS:
        request.session[SEEN] = now
    return False


class PlainErrors:
    """Refusal and BadInput become a page that says who could, or what to try."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: Asked) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Asked, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            return problems.answer(request, status=403, title="This is not yours to open", words=str(error))
        if isinstance(error, BadInput):
            return problems.answer(request, status=400, title="That cannot be used as it is", words=str(error))
        return None
