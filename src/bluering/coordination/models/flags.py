"""Flags: somebody noticed something about a person, says so in a sentence, and hears what came of it."""

from django.db import models
from django.utils import timezone

from bluering.access.models import User


class Urgency(models.TextChoices):
    TODAY = "today", "Today"
    SOON = "soon", "In the next days"
    SOMETIME = "sometime", "When there is time"


class FlagState(models.TextChoices):
    OPEN = "open", "Waits for an answer"
    ANSWERED = "answered", "Answered"


class FlagAnswer(models.TextChoices):
    TAKEN = "taken", "I take it on"
    KNOWN = "known", "Known, and looked after"
    PASSED = "passed", "Passed on"
    NOTHING = "nothing", "Nothing to do"


class Flag(models.Model):
    """One flag. `due_date` is the day by which it wants an answer; `heard_at` is when whoever raised it has read that."""

    person_id = models.CharField(max_length=64)
    why = models.CharField(max_length=400)
    urgency = models.CharField(max_length=12, choices=Urgency.choices)
    due_date = models.DateField()
    state = models.CharField(max_length=12, choices=FlagState.choices, default=FlagState.OPEN)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=12, choices=FlagAnswer.choices, blank=True, default="")
    words = models.CharField(max_length=400, blank=True, default="")
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)

    IDENTIFYING = {"why", "words"}

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "state"], name="flags_of_a_person"),
            models.Index(fields=["raised_by", "state"], name="flags_of_who_raised"),
        ]


class FlagEvent(models.Model):
    """One turn of a flag: raised, answered, heard, asked again."""

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=12)
    note = models.CharField(max_length=400, blank=True, default="")

    IDENTIFYING = {"note"}

    class Meta:
        ordering = ["id"]
