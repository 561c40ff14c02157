"""Tasks: a board of one's own and nobody's, opened about a person, and every move."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bluering.access import audit, scope
from bluering.access.models import User
from bluering.coordination import tasks
from bluering.coordination.models import Task
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.errors import Refusal
from bluering.record import queries as record
from bluering.web import sheets, tasks_view
from bluering.web.asked import Asked
from bluering.web.doors import Opened, enter
from bluering.web.forms import TaskForm, TaskMoveForm
from bluering.web.live import live
from bluering.web.views.work import answer

USUAL_DAYS, LATELY = 3, timedelta(days=7)


@require_GET
@live
def board(request: Asked) -> HttpResponse:
    """What is mine, what nobody has, and what I finished in the last days."""
    if not tasks.may_some(request.user):
        raise Refusal("Tasks are for coordinators and clinicians.")
    today = timezone.localdate()
    parts = {
        "mine": tasks.mine(request.user),
        "nobodys": tasks.nobodys(request.user),
        "done": tasks.done_lately(request.user, today - LATELY),
    }
    people = record.summaries({one.person_id for found in parts.values() for one in found})
    audit.record_many(request.user, "person.list.read", sorted(people), "tasks")
    facts = {name: tasks_view.rows(found, people, request.user, today) for name, found in parts.items()}
    return render(request, "tasks/board.html", facts)


@require_http_methods(["GET", "POST"])
def open_one(request: Asked, person_id: str) -> HttpResponse:
    """Open a task about somebody: one's own at first, or nobody's, or for a training."""
    opened = enter(request, person_id, "task.move")
    due = timezone.localdate() + timedelta(days=USUAL_DAYS)
    form = (
        TaskForm(scope.acts(), request.POST)
        if request.method == "POST"
        else TaskForm(scope.acts(), initial={"whose": "mine", "due_date": due.isoformat()})
    )

    def act() -> None:
        given = dict(form.cleaned_data)
        owner = request.user if given.pop("whose") == "mine" else None
        tasks.open_task(person_id=person_id, by=request.user, owner=owner, **given)

    return answer(request, form, opened, act, "Task opened", "sheets/task.html", {})


@require_http_methods(["GET", "POST"])
def move(request: Asked, task_id: int, name: str) -> HttpResponse:
    """One move of a task."""
    task, opened = _task(request, task_id)
    chosen = tasks.MOVES.get(name)
    if chosen is None:
        raise Http404
    team = {str(one.pk): one for one in tasks.fitting(task)} if "to" in chosen.asks else {}
    start = {"seen": task.turn, "due_date": task.due_date.isoformat()}
    form = TaskMoveForm(team, request.POST) if request.method == "POST" else TaskMoveForm(team, initial=start)

    def act() -> None:
        given = form.cleaned_data
        tasks.move_task(
            task=task, move=name, by=request.user, note=given["note"], to=_chosen(team, given["to"]), due_date=given["due_date"],
            seen=given["seen"],
        )  # fmt: skip

    facts = {"task": task, "move": chosen}
    try:
        return answer(
            request,
            form,
            opened,
            act,
            f"{chosen.label}: {task.title}" if name != "give" else "Given",
            "sheets/task_move.html",
            facts,
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        shown = facts | {"form": form, "person_id": opened.person_id, "who_name": opened.summary.name}
        return sheets.show(request, "sheets/task_move.html", shown, status=422)


def _chosen(team: dict[str, User], key: str) -> User | None:
    return team.get(key)


def _task(request: Asked, task_id: int) -> tuple[Task, Opened]:
    task = Task.objects.select_related("owner", "by").filter(pk=task_id).first()
    if task is None:
        raise Http404
    opened = enter(request, task.person_id, "task.move")
    if (
        task.by_id in hidden_from(request.user, [task.person_id]).get(task.person_id, NOTHING).staff
        and task.owner_id != request.user.pk
    ):
        raise Http404
    return task, opened
