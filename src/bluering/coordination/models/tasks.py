"""Tasks about persons, and talks that are being timed."""

from django.db import models
from django.utils import timezone

from bluering.access.models import User
from bluering.coordination.models.assessments import Assessment
from bluering.coordination.models.work import Contact


class TaskState(models.TextChoices):
    OPEN = "open", "Nobody has it"
    TAKEN = "taken", "Somebody has it"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class Task(models.Model):
    """One thing to do about a person by a day. `act` is an act of scope of practice; empty when anybody may do it.

    `contact` or `assessment` is what it follows from. `turn` counts its moves, so that whoever acts on an old page is told.
    """

    person_id = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    note = models.CharField(max_length=1000, blank=True, default="")
    act = models.CharField(max_length=40, blank=True, default="")
    due_date = models.DateField()
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.OPEN)
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="tasks")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    turn = models.PositiveIntegerField(default=0)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="tasks")
    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.SET_NULL, related_name="tasks")

    IDENTIFYING = {"title", "note"}

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "state"], name="tasks_of_a_person"),
            models.Index(fields=["owner", "state"], name="tasks_of_an_owner"),
            models.Index(fields=["state", "due_date"], name="tasks_by_day"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"


class TaskEvent(models.Model):
    """One turn of a task."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=12)
    to = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=400, blank=True, default="")

    IDENTIFYING = {"note"}

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"task event {self.pk}"


class Talk(models.Model):
    """A talk whose minutes are being counted. One at a time for each user; its minutes go to one contact, once."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    person_id = models.CharField(max_length=64)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    contact = models.OneToOneField(Contact, null=True, on_delete=models.SET_NULL, related_name="talk")

    IDENTIFYING: set[str] = set()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(ended_at=None), name="one_talk_at_a_time")
        ]

    def __str__(self) -> str:
        return f"talk {self.pk}"
