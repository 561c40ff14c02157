"""Flags: raised in ten seconds from a person's page, answered by whoever looks after them, heard by whoever raised them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from bluering.coordination import flags
from bluering.coordination.episodes.actions import answer_with_program
from bluering.coordination.episodes.queries import open_programs
from bluering.coordination.models import Flag
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.errors import Refusal
from bluering.population.programs import programs
from bluering.web import sheets
from bluering.web.asked import Asked
from bluering.web.doors import Opened, enter
from bluering.web.forms import FlagAgainForm, FlagAnswerForm, FlagForm
from bluering.web.views.work import answer as turn


@require_http_methods(["GET", "POST"])
def raise_one(request: Asked, person_id: str) -> HttpResponse:
    """Who, why, how urgent."""
    opened = enter(request, person_id, "flag.raise")
    form = FlagForm(request.POST) if request.method == "POST" else FlagForm(initial={"urgency": "soon"})

    def act() -> None:
        flags.raise_flag(person_id=person_id, by=request.user, **form.cleaned_data)

    return turn(request, form, opened, act, "Flag raised", "sheets/flag.html", {})


@require_http_methods(["GET", "POST"])
def answer(request: Asked, flag_id: int) -> HttpResponse:
    """What comes of it."""
    flag, opened = _flag(request, flag_id, "flag.answer")
    offered = _programs(opened)
    start: dict = {"initial": {"answer": "taken"}}
    form = FlagAnswerForm(offered, request.POST) if request.method == "POST" else FlagAnswerForm(offered, **start)

    def act() -> None:
        given = dict(form.cleaned_data)
        if program := given.pop("program"):
            answer_with_program(flag=flag, program=program, by=request.user, **given)
        else:
            flags.answer_flag(flag=flag, by=request.user, **given)

    try:
        return turn(
            request,
            form,
            opened,
            act,
            f"Answered. {flag.raised_by.name} hears it",
            "sheets/flag_answer.html",
            {"flag": flag},
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        facts = {"form": form, "flag": flag, "person_id": opened.person_id, "who_name": opened.summary.name}
        return sheets.show(request, "sheets/flag_answer.html", facts, status=422)


@require_POST
def hear(request: Asked, flag_id: int) -> HttpResponse:
    """The answer was read."""
    flags.hear_answer(flag=_own(request, flag_id), by=request.user)
    messages.success(request, "Heard.")
    return sheets.done(request, sheets.back(request, "/"))


@require_http_methods(["GET", "POST"])
def again(request: Asked, flag_id: int) -> HttpResponse:
    """The answer does not do: ask again."""
    own = _own(request, flag_id)
    flag, opened = _flag(request, own.pk, "flag.raise")
    form = FlagAgainForm(request.POST) if request.method == "POST" else FlagAgainForm(initial={"why": flag.why})

    def act() -> None:
        flags.ask_again(flag=flag, by=request.user, **form.cleaned_data)

    return turn(request, form, opened, act, "Asked again", "sheets/flag_again.html", {"flag": flag})


def _flag(request: Asked, flag_id: int, action: str) -> tuple[Flag, Opened]:
    flag = Flag.objects.select_related("raised_by", "answered_by").filter(pk=flag_id).first()
    if flag is None:
        raise Http404
    opened = enter(request, flag.person_id, action)
    if flag.raised_by_id in hidden_from(request.user, [flag.person_id]).get(flag.person_id, NOTHING).staff:
        raise Http404
    return flag, opened


def _programs(opened: Opened) -> dict[str, str]:
    """The programs for which the person may be considered from here, by id."""
    if not opened.may("program.move"):
        return {}
    decided = open_programs(opened.person_id)
    return {one.id: one.title for one in programs().values() if one.id not in decided}


def _own(request: Asked, flag_id: int) -> Flag:
    flag = Flag.objects.filter(pk=flag_id, raised_by=request.user).first()
    if flag is None:
        raise Http404
    return flag
