"""Forms that open in the dialog and, without a script, as pages of their own."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from bluering.errors import BadInput


def show(request: HttpRequest, template: str, facts: dict, *, status: int = 200) -> HttpResponse:
    layout = "layouts/sheet.html" if request.htmx else "layouts/sheet_page.html"
    return render(request, template, facts | {"layout": layout}, status=status)


def done(request: HttpRequest, where: str) -> HttpResponse:
    """After a write: go to `where`, as a whole page either way."""
    if not request.htmx:
        return HttpResponseRedirect(where)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = where
    return response


def complain(form, error: BadInput) -> None:
    """Put an action's complaint beside its field; it begins with the field's name."""
    name, _, words = str(error).partition(": ")
    if words and name in form.fields:
        form.add_error(name, words[0].upper() + words[1:])
    else:
        form.add_error(None, str(error))
