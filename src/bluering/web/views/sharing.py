"""What a person says about a practice showing others what it knows of them."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from bluering.coordination.sharing import Share, say_sharing, shares_of
from bluering.web.asked import Asked
from bluering.web.doors import enter
from bluering.web.forms import SharingForm
from bluering.web.views.work import answer


@require_http_methods(["GET", "POST"])
def say(request: Asked, person_id: str, practice_id: int) -> HttpResponse:
    """Note what was said, in the dialog."""
    opened = enter(request, person_id, "team.manage")
    share = _share(request, person_id, practice_id)
    form = (
        SharingForm(request.POST)
        if request.method == "POST"
        else SharingForm(initial={"permits": "yes" if share.permits else "no"})
    )

    def act() -> None:
        given = form.cleaned_data
        say_sharing(
            person_id=person_id, practice=share.practice, permits=given["permits"] == "yes", said_by=given["said_by"], how=given["how"],
            note=given["note"], by=request.user,
        )  # fmt: skip

    return answer(request, form, opened, act, "Noted", "sheets/sharing.html", {"share": share})


def _share(request: Asked, person_id: str, practice_id: int) -> Share:
    found = next((one for one in shares_of(request.user, person_id) if one.practice.pk == practice_id), None)
    if found is None or not found.may_say:
        raise Http404
    return found
