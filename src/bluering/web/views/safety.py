"""The safety path: opened by whoever notices something, taken and settled by whose training covers it."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from bluering.coordination import safety
from bluering.coordination.models import Concern, ConcernWhy
from bluering.errors import Refusal
from bluering.web import sheets
from bluering.web.asked import Asked
from bluering.web.doors import enter
from bluering.web.forms import ConcernForm, ConcernMoveForm
from bluering.web.views.work import answer


@require_http_methods(["GET", "POST"])
def raise_one(request: Asked, person_id: str) -> HttpResponse:
    """Say that somebody may be in danger."""
    opened = enter(request, person_id, "safety.raise")
    form = ConcernForm(request.POST) if request.method == "POST" else ConcernForm()

    def act() -> None:
        safety.raise_concern(
            person_id=person_id, why=ConcernWhy.STAFF, detail=form.cleaned_data["detail"], by=request.user
        )

    return answer(request, form, opened, act, "The safety path is open", "sheets/concern.html", {})


@require_http_methods(["GET", "POST"])
def move(request: Asked, concern_id: int, name: str) -> HttpResponse:
    """Take it, hand it back, take it over, or settle it."""
    concern, chosen = Concern.objects.filter(pk=concern_id).first(), safety.MOVES.get(name)
    if concern is None or chosen is None:
        raise Http404
    opened = enter(request, concern.person_id, "safety.answer")
    form = ConcernMoveForm(request.POST) if request.method == "POST" else ConcernMoveForm()

    def act() -> None:
        safety.move_concern(concern=concern, move=name, by=request.user, **form.cleaned_data)

    facts = {"concern": concern, "move": chosen}
    try:
        return answer(request, form, opened, act, chosen.label, "sheets/concern_move.html", facts)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        shown = facts | {"form": form, "person_id": opened.person_id, "who_name": opened.summary.name}
        return sheets.show(request, "sheets/concern_move.html", shown, status=422)
