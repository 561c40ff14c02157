"""Coming in, going out, light or dark."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit, throttling
from bluering.web.asked import Asked
from bluering.web.context import THEMES
from bluering.web.doors import open_door

YEAR_SECONDS = 365 * 24 * 60 * 60


@open_door
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: Asked) -> HttpResponse:
    """The door. A wrong name and a wrong password are answered alike."""
    target = safe_target(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(target)
        return render(request, "entrance/log_in.html", {"next": target})
    username, password = request.POST.get("username", ""), request.POST.get("password", "")
    user = authenticate(request, username=username, password=password)
    if user is None:
        facts = {"next": target, "username": username, "error": why_not(request, username)}
        return render(request, "entrance/log_in.html", facts, status=422)
    login(request, user)
    return redirect(target)


def why_not(request: Asked, username: str) -> str:
    until = throttling.waits_until(username, request.META.get("REMOTE_ADDR", ""))
    if until:
        minutes = max(1, -int(-(until - timezone.now()).total_seconds() // 60))
        return f"Too many tries. Wait {minutes} min, or ask an administrator for a new password."
    return "That name and password do not belong together. Check both; the password minds capitals."


def safe_target(request: Asked) -> str:
    """Where to go after the door: a page of ours, else Today."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else "/"


@require_POST
def log_out(request: Asked) -> HttpResponse:
    audit.record(request.user, "user.log_out")
    logout(request)
    return redirect("log-in")


@open_door
@require_POST
def theme(request: Asked) -> HttpResponse:
    """Keep light, dark or the system's choice in a cookie of this browser."""
    wanted = request.POST.get("theme", "auto")
    response = HttpResponseRedirect(safe_target(request))
    if wanted in THEMES:
        response.set_cookie(
            "theme", wanted, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    return response


@open_door
@require_GET
def health(request: Asked) -> HttpResponse:
    """For whoever watches the service: it answers."""
    return JsonResponse({"status": "ok"})
