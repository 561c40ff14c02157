"""/ui/: every component in every state."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bluering.access import permissions
from bluering.web import gallery


@require_GET
def ui(request: HttpRequest) -> HttpResponse:
    permissions.require(request.user, "ui.read")
    return render(request, "ui/ui.html", gallery.facts())
