"""/ui/: every component in every state."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bluering.access import permissions
from bluering.web import gallery
from bluering.web.asked import Asked


@require_GET
def ui(request: Asked) -> HttpResponse:
    permissions.require(request.user, "ui.read")
    return render(request, "ui/ui.html", gallery.facts())
