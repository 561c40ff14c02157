"""The worker: takes tasks from the queue one by one, renews its lease, sweeps after the dead, and keeps the schedule."""

import datetime as dt
import os
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import close_old_connections, connections, transaction
from django.utils import timezone
from django_tasks.base import Task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from bluering.jobs.leases import held, retry_failed, sweep
from bluering.jobs.models import ScheduledRun

SWEEP_SECONDS = 15


@dataclass(frozen=True)
class Scheduled:
    """A task that is put on the queue whenever `every` has passed since the last time."""

    task: Task
    every: dt.timedelta


class LeasedWorker(Worker):
    """The library's worker, holding a lease on what it runs and trying failed tasks again."""

    def run_task(self, db_task_result: DBTaskResult) -> None:
        with held(str(db_task_result.id), self.worker_id):
            super().run_task(db_task_result)
        retry_failed(str(db_task_result.id))


def work(schedule: Sequence[Scheduled] = (), *, until_empty: bool = False, interval: float = 1.0) -> None:
    """Work until stopped, or until the queue is empty."""
    sweep()
    enqueue_due(schedule)
    worker = LeasedWorker(
        queue_names=["*"], interval=interval, batch=until_empty, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id=f"{socket.gethostname()[:40]}-{os.getpid()}", excluded_queue_names=[],
    )  # fmt: skip
    done = threading.Event()
    keeper = threading.Thread(target=_keep_house, args=(schedule, done), daemon=True)
    if not until_empty:
        worker.configure_signals()
        keeper.start()
    try:
        worker.run()
    finally:
        done.set()


def enqueue_due(schedule: Sequence[Scheduled], now: dt.datetime | None = None) -> int:
    """Put on the queue whatever of the schedule is due; two workers at once put it there once."""
    now = now or timezone.now()
    put = 0
    for item in schedule:
        with transaction.atomic():
            run, new = ScheduledRun.objects.select_for_update().get_or_create(
                name=item.task.name, defaults={"last_at": now}
            )
            if new or now - run.last_at >= item.every:
                ScheduledRun.objects.filter(name=run.name).update(last_at=now)
                item.task.enqueue()
                put += 1
    return put


def _keep_house(schedule: Sequence[Scheduled], done: threading.Event) -> None:
    while not done.wait(SWEEP_SECONDS):
        close_old_connections()
        sweep()
        enqueue_due(schedule)
    connections.close_all()
