"""What a person said about one practice showing others what it knows of them. Rows are added, never changed; the newest counts."""

from django.db import models
from django.utils import timezone

from bluering.access.models import Practice, User


class SaidBy(models.TextChoices):
    PERSON = "person", "the person"
    REPRESENTATIVE = "representative", "whoever speaks for the person"


class How(models.TextChoices):
    IN_PERSON = "in_person", "in person"
    PHONE = "phone", "by telephone"
    WRITING = "writing", "in writing"


class Sharing(models.Model):
    """Whether `practice` may show the other practices of the installation what it knows of a person."""

    person_id = models.CharField(max_length=64, db_index=True)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    permits = models.BooleanField()
    said_by = models.CharField(max_length=20, choices=SaidBy.choices)
    how = models.CharField(max_length=20, choices=How.choices)
    note = models.CharField(max_length=400, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    IDENTIFYING = {"note"}

    class Meta:
        ordering = ["id"]
