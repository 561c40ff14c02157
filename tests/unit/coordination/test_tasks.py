"""Tasks by table: every act, every training; every move, whose it is; two people at once; and lists that do not grow in queries."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluering.access import scope
from bluering.access.models import AuditEvent, Role, User
from bluering.coordination import tasks
from bluering.coordination.errors import NotPossibleNow
from bluering.coordination.models import Cover, Panel, Task, TaskState
from bluering.coordination.moving import move_work
from bluering.errors import BadInput, Refusal

BADGES = {"rn": "RN", "lpn": "LPN", "social_worker": "LICSW", "chw": "CHW", "ma": "MA"}


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def task(ana, person_id) -> Task:
    return tasks.open_task(person_id=person_id, title="Call the pharmacy", due_date=today(), by=ana)


@pytest.mark.parametrize("act", sorted(scope.acts()))
@pytest.mark.parametrize("training", BADGES)
def test_what_a_training_does_not_cover_is_refused_with_who_could(ana, person_id, act, training):
    ana.credential = BADGES[training]
    ana.save()
    task = tasks.open_task(person_id=person_id, title="x", due_date=today(), by=ana, act=act)
    covered = scope.acts()[act].allows(training)
    assert ("take" in [move.name for move in tasks.offers(task, ana)]) == covered
    if covered:
        assert tasks.move_task(task=task, move="take", by=ana).owner == ana
        return
    for move in ("take", "done"):
        with pytest.raises(Refusal, match="Who could: "):
            tasks.move_task(task=task, move=move, by=ana)
    with pytest.raises(Refusal, match="not in your scope"):
        tasks.open_task(person_id=person_id, title="x", due_date=today(), by=ana, act=act, owner=ana)


def test_taken_put_back_given_and_done(task, ana, dr):
    row = tasks.move_task(task=task, move="take", by=ana)
    assert (row.state, row.owner) == ("taken", ana)
    row = tasks.move_task(task=row, move="put_back", by=ana, note="No time today")
    assert (row.state, row.owner) == ("open", None)
    row = tasks.move_task(task=row, move="give", by=ana, to=dr)
    row = tasks.move_task(
        task=row, move="put_off", by=dr, note="They open on Monday", due_date=today() + timedelta(days=3)
    )
    assert row.due_date == today() + timedelta(days=3)
    row = tasks.move_task(task=row, move="done", by=dr)
    assert (row.state, row.owner) == ("done", dr) and row.closed_at
    row = tasks.move_task(task=row, move="reopen", by=ana, note="They gave the old dose")
    assert (row.state, row.owner, row.closed_at) == ("open", None, None)
    said = [tasks.what_words(event) for event in row.history.all()]
    assert said[0] == "Opened" and "Give it to Dr. Dunn" in said and "Put it back: No time today" in said
    assert AuditEvent.objects.filter(action__startswith="task.").count() == 7


def test_done_without_taking_it_first_is_ones_own(task, ana):
    assert tasks.move_task(task=task, move="done", by=ana).owner == ana


@pytest.mark.parametrize(
    ("move", "said", "field"),
    [
        ("give", {}, "to"), ("put_off", {"note": "later"}, "due_date"), ("put_off", {"due_date": date(2999, 1, 1)}, "note"),
        ("drop", {}, "note"), ("drop", {"note": "x" * 401}, "note"), ("fly", {}, "move"),
    ],
)  # fmt: skip
def test_what_a_move_needs(task, ana, move, said, field):
    with pytest.raises(BadInput, match=f"^{field}:"):
        tasks.move_task(task=task, move=move, by=ana, **said)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"act": "fly"}, "act"),
        ({"due_date": None}, "due_date"),
    ],
)
def test_what_a_task_needs(ana, person_id, said, field):
    with pytest.raises(BadInput, match=f"^{field}:"):
        tasks.open_task(**{"person_id": person_id, "title": "x", "due_date": today(), "by": ana, **said})


def test_out_of_turn(task, ana):
    tasks.move_task(task=task, move="done", by=ana)
    with pytest.raises(NotPossibleNow, match="it is done"):
        tasks.move_task(task=task, move="take", by=ana)


def test_who_acts_on_an_old_page_is_told_who_changed_it(task, ana, dr):
    seen = task.turn
    tasks.move_task(task=task, move="put_off", by=dr, note="After the visit", due_date=today(), seen=seen)
    with pytest.raises(Refusal, match=r"Changed meanwhile by Dr\. Dunn: Another day: After the visit"):
        tasks.move_task(task=task, move="done", by=ana, seen=seen)


def test_given_only_to_who_looks_after_the_person_and_is_trained(task, ana, ben, dr, person_id):
    with pytest.raises(BadInput, match="does not look after"):
        tasks.move_task(task=task, move="give", by=ana, to=ben)
    assert {one.username for one in tasks.fitting(task)} == {"ana", "dr"}
    Cover.objects.create(absent=ana, covering=ben, since=today())
    assert {one.username for one in tasks.fitting(task)} == {"ana", "ben", "dr"}
    orders = tasks.open_task(person_id=person_id, title="Raise the dose", due_date=today(), by=ana, act="order")
    assert {one.username for one in tasks.fitting(orders)} == {"dr"}
    with pytest.raises(Refusal, match="Ana Ruiz: To order"):
        tasks.move_task(task=orders, move="give", by=dr, to=ana)


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_nobody_else(db, who, request, task):
    wrong = request.getfixturevalue(who)
    with pytest.raises(Refusal):
        tasks.open_task(person_id=task.person_id, title="x", due_date=today(), by=wrong)
    with pytest.raises(Refusal):
        tasks.move_task(task=task, move="take", by=wrong)
    assert tasks.nobodys(wrong) == []


def test_what_waits_for_a_training_the_coordinator_lacks_waits_for_who_has_it(ana, dr, person_id):
    ana.credential = "CHW"
    ana.save()
    plain = tasks.open_task(person_id=person_id, title="Ride", due_date=today(), by=ana)
    beyond = tasks.open_task(person_id=person_id, title="Read the PHQ-9", due_date=today(), by=ana, act="interpret")
    assert tasks.nobodys(ana) == [plain, beyond] and tasks.nobodys(dr) == [beyond]


def test_lists_take_as_many_queries_however_long(ana, person_id, django_assert_max_num_queries):
    for number in range(40):
        one = f"p{number}"
        Panel.objects.create(person_id=one, coordinator=ana, since=today())
        tasks.open_task(person_id=one, title="x", due_date=today(), by=ana, owner=ana if number % 2 else None)
    with django_assert_max_num_queries(3):
        assert len(tasks.mine(ana)) == 20
    with django_assert_max_num_queries(9):
        assert len(tasks.nobodys(ana)) == 20
    for number in range(20):
        User.objects.create(username=f"c{number}", role=Role.COORDINATOR, credential="RN")
    with django_assert_max_num_queries(6):
        tasks.fitting(Task.objects.first())


def test_a_task_goes_with_its_person(task, ana):
    move_work(from_person=task.person_id, to_person="p-other")
    task.refresh_from_db()
    assert task.person_id == "p-other"


def test_the_table_leads_everywhere():
    assert {str(TaskState.OPEN)} | {str(move.to) for move in tasks.TABLE if move.to} == set(TaskState.values)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(tasks.MOVES)), st.booleans(), st.booleans()), max_size=12))
def test_no_order_of_moves_by_two_people_loses_or_doubles_anything(ana, dr, person_id, steps):
    from django.db import transaction

    with transaction.atomic():
        row, done = tasks.open_task(person_id=person_id, title="x", due_date=today(), by=ana), 0
        for move, by_clinician, on_an_old_page in steps:
            seen = row.turn - 1 if on_an_old_page else row.turn
            try:
                row = tasks.move_task(
                    task=row,
                    move=move,
                    by=dr if by_clinician else ana,
                    note="because",
                    to=dr,
                    due_date=today(),
                    seen=seen,
                )
            except (BadInput, Refusal):
                row.refresh_from_db()
            else:
                assert not on_an_old_page
                done += 1
            assert row.turn == done and row.history.count() == done + 1
            assert (row.owner is None) == (row.state == "open") or row.state in ("done", "dropped")
        transaction.set_rollback(True)
