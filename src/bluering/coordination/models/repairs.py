"""Work done while two persons were taken for one, of which nobody has said yet whose it is."""

from django.db import models
from django.utils import timezone

from bluering.access.models import User


class RepairState(models.TextChoices):
    OPEN = "open", "Open"
    STAYS = "stays", "Right where it is"
    MOVED = "moved", "Given to the other"
    GONE = "gone", "One person again"


class Repair(models.Model):
    """A row of work (`kind`, `row`) that stands with `person_id` and may be about `other_id`: it was done since `since`, when they were one."""

    kind = models.CharField(max_length=20)
    row = models.BigIntegerField("the row's own id")
    person_id = models.CharField(max_length=64, db_index=True)
    other_id = models.CharField(max_length=64, db_index=True)
    since = models.DateTimeField()
    found_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=RepairState.choices, default=RepairState.OPEN)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "row"], condition=models.Q(state="open"), name="a_row_is_repaired_once_at_a_time"
            )
        ]
