"""A worker holds what it runs by a lease that it keeps renewing; whoever dies lets go by dying.

The queue's library leaves the task of a killed worker marked as running for ever; the sweeper gives it to the next one.
"""

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator

from django.db import close_old_connections, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from bluering.jobs.models import Attempt, Lease

LEASE = dt.timedelta(seconds=60)
RENEW_SECONDS = 15
MOST_ATTEMPTS = 6
FIRST_WAIT = dt.timedelta(seconds=10)


@contextlib.contextmanager
def held(task_id: str, worker: str) -> Iterator[None]:
    """Hold a task while the block runs."""
    _renew(task_id, worker)
    done = threading.Event()
    thread = threading.Thread(target=_keep_renewing, args=(task_id, worker, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        Lease.objects.filter(task_id=task_id).delete()


def sweep(now: dt.datetime | None = None) -> int:
    """Put back on the queue every running task that nobody holds any more; returns how many."""
    now = now or timezone.now()
    with transaction.atomic():
        held_ids = set(Lease.objects.filter(until__gte=now).values_list("task_id", flat=True))
        running = DBTaskResult.objects.running().filter(started_at__lt=now - LEASE)
        lost = [task for task in running if str(task.id) not in held_ids]
        for task in lost:
            _put_back(task, now)
        Lease.objects.filter(until__lt=now).delete()
    return len(lost)


def retry_failed(task_id: str, now: dt.datetime | None = None) -> bool:
    """A failed task is tried again later and later, six times in all; True when it will be."""
    now = now or timezone.now()
    task = DBTaskResult.objects.filter(id=task_id, status=TaskResultStatus.FAILED).first()
    if task is None:
        return False
    return _put_back(task, now)


def _put_back(task: DBTaskResult, now: dt.datetime) -> bool:
    attempt, _ = Attempt.objects.get_or_create(task_id=str(task.id))
    attempt.count += 1
    if attempt.count >= MOST_ATTEMPTS:
        attempt.next_at = None
        attempt.save()
        DBTaskResult.objects.filter(id=task.id).update(status=TaskResultStatus.FAILED, finished_at=now)
        return False
    attempt.next_at = now + FIRST_WAIT * 4 ** (attempt.count - 1)
    attempt.save()
    DBTaskResult.objects.filter(id=task.id).update(
        status=TaskResultStatus.READY, run_after=attempt.next_at, started_at=None, finished_at=None
    )
    return True


def _renew(task_id: str, worker: str) -> None:
    Lease.objects.update_or_create(task_id=task_id, defaults={"worker": worker, "until": timezone.now() + LEASE})


def _keep_renewing(task_id: str, worker: str, done: threading.Event) -> None:
    while not done.wait(RENEW_SECONDS):
        _renew(task_id, worker)
    close_old_connections()
