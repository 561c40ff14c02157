"""What the queue needs beyond its library: who is at work, and what was scheduled when."""

from django.db import models


class Lease(models.Model):
    """A worker holds a running job until `until`; a job whose lease has run out goes back to the queue."""

    task_id = models.CharField(primary_key=True, max_length=36)
    worker = models.TextField()
    until = models.DateTimeField(db_index=True)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"lease {self.task_id}"


class Attempt(models.Model):
    """How often a job has failed, and when it may be tried again."""

    task_id = models.CharField(primary_key=True, max_length=36)
    count = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"attempt {self.task_id}"


class ScheduledRun(models.Model):
    """The last time each scheduled job was put on the queue."""

    name = models.TextField(primary_key=True)
    last_at = models.DateTimeField()

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"scheduled {self.name}"
