"""Forms that open in the dialog and, without a script, as pages of their own."""

from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from bluering.errors import BadInput
from bluering.web.asked import Asked


def show(request: Asked, template: str, facts: dict, *, status: int = 200) -> HttpResponse:
    layout = "layouts/sheet.html" if request.htmx else "layouts/sheet_page.html"
    return render(request, template, facts | {"layout": layout}, status=status)


def done(request: Asked, where: str) -> HttpResponse:
    """After a write: go to `where`, as a whole page either way."""
    if not request.htmx:
        return HttpResponseRedirect(where)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = where
    return response


def back(request: Asked, otherwise: str) -> str:
    """The page on which the dialog was opened; `otherwise` when there is none."""
    came_from = request.htmx.current_url_abs_path if request.htmx else None
    return urlsplit(came_from).path if came_from else otherwise


def complain(form, error: BadInput) -> None:
    """Put an action's complaint beside its field; it begins with the field's name."""
    name, _, words = str(error).partition(": ")
    if words and name in form.fields:
        form.add_error(name, words[0].upper() + words[1:])
    else:
        form.add_error(None, str(error))
