"""A coordinator's day: the minutes they have, the order they chose, and what they knowingly left."""

from django.db import models
from django.utils import timezone

from bluering.access.models import User


class DayPlan(models.Model):
    """One user's plan of one day. `minutes` were available at `set_at`; `order` are persons in the order that was chosen by hand."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    set_at = models.DateTimeField(default=timezone.now)
    order = models.JSONField(default=list)

    IDENTIFYING: set[str] = set()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_plan_a_day")]

    def __str__(self) -> str:
        return f"day plan {self.pk}"


class LeftUndone(models.Model):
    """What somebody knowingly did not do on a day, and why. `what` is what was gravest about the person then."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    person_id = models.CharField(max_length=64)
    what = models.CharField(max_length=300)
    why = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True)

    IDENTIFYING = {"what", "why"}

    class Meta:
        indexes = [
            models.Index(fields=["user", "day"], name="left_by_day"),
            models.Index(fields=["person_id", "-day"], name="left_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"left {self.pk}"
