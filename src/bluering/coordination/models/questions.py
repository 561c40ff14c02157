"""Quick questions to a clinician: choices, by when an answer is needed, and when the clinician wants to see questions."""

from django.db import models
from django.utils import timezone

from bluering.access.models import User
from bluering.coordination.models.work import Handoff


class Via(models.TextChoices):
    PAGE = "page", "On Today"
    LINK = "link", "By link"


class Question(models.Model):
    """What a handoff of the kind question asks. `show_from` is when its receiver sees it, by their rhythm; `answer` one of the choices or words."""

    handoff = models.OneToOneField(Handoff, on_delete=models.CASCADE, related_name="question")
    choices = models.JSONField(default=list)
    needed_by = models.DateTimeField()
    show_from = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=400, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    via = models.CharField(max_length=8, choices=Via.choices, blank=True, default="")

    IDENTIFYING = {"choices", "answer"}

    def __str__(self) -> str:
        return f"question {self.pk}"


class QuestionRhythm(models.Model):
    """The times of day (local, HH:MM) at which somebody wants to see questions that are not urgent."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="question_rhythm")
    times = models.JSONField(default=list)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"rhythm {self.pk}"
