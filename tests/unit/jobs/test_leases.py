"""A dead worker's task runs again; a failing one is tried later and later, and then no more."""

import datetime as dt

import pytest
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from bluering.jobs.leases import MOST_ATTEMPTS, held, sweep
from bluering.jobs.models import Attempt, Lease
from bluering.jobs.worker import Scheduled, enqueue_due, work

pytestmark = pytest.mark.django_db(transaction=True)
DONE: list[str] = []


@task()
def note(word: str) -> None:
    DONE.append(word)


@task()
def fail() -> None:
    raise ValueError("always")


def test_worker_runs_what_is_queued():
    DONE.clear()
    note.enqueue("once")
    work(until_empty=True, interval=0)
    assert DONE == ["once"] and not Lease.objects.exists()


def test_task_of_a_killed_worker_goes_back_to_the_queue():
    result = note.enqueue("again")
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    DBTaskResult.objects.filter(id=result.id).update(status=TaskResultStatus.RUNNING, started_at=long_ago)
    assert sweep() == 1
    assert DBTaskResult.objects.get(id=result.id).status == TaskResultStatus.READY


def test_task_that_somebody_holds_is_left_alone():
    result = note.enqueue("held")
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    DBTaskResult.objects.filter(id=result.id).update(status=TaskResultStatus.RUNNING, started_at=long_ago)
    with held(str(result.id), "me"):
        assert sweep() == 0


def test_failed_task_waits_before_it_is_tried_again():
    result = fail.enqueue()
    work(until_empty=True, interval=0)
    row = DBTaskResult.objects.get(id=result.id)
    assert row.status == TaskResultStatus.READY and row.run_after > timezone.now()


def test_task_that_always_fails_is_given_up():
    result = fail.enqueue()
    for _ in range(MOST_ATTEMPTS + 1):
        DBTaskResult.objects.filter(id=result.id).update(run_after=timezone.now() - dt.timedelta(seconds=1))
        work(until_empty=True, interval=0)
    assert DBTaskResult.objects.get(id=result.id).status == TaskResultStatus.FAILED
    assert Attempt.objects.get(task_id=str(result.id)).next_at is None


def test_scheduled_task_is_queued_when_its_time_has_come():
    schedule = [Scheduled(note, dt.timedelta(hours=1))]
    now = timezone.now()
    assert [
        enqueue_due(schedule, now),
        enqueue_due(schedule, now),
        enqueue_due(schedule, now + dt.timedelta(hours=2)),
    ] == [1, 0, 1]
