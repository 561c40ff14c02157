"""Time that coordinators give to something else: work for others, and support that no billing code knows."""

from django.db import models
from django.utils import timezone

from bluering.access.models import User


class Elsewhere(models.TextChoices):
    """What it went to. The first group is away from coordination, the second is coordination without a code."""

    ROOMING = "rooming", "Rooming patients"
    PHONES = "phones", "Answering phones"
    PROCESSING = "processing", "Processing referrals"
    OTHER = "other", "Something else for others"
    LISTENING = "listening", "Listening and support"
    ACCOMPANYING = "accompanying", "Going along"
    CALLING = "calling", "Calling a landlord, an agency"


AWAY = (Elsewhere.ROOMING, Elsewhere.PHONES, Elsewhere.PROCESSING, Elsewhere.OTHER)
UNSEEN = (Elsewhere.LISTENING, Elsewhere.ACCOMPANYING, Elsewhere.CALLING)


class TimeElsewhere(models.Model):
    """Some minutes of one day; names nobody. A row that was taken back stays, and does not count."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=16, choices=Elsewhere.choices)
    minutes = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "day"], name="time_elsewhere_by_day")]
