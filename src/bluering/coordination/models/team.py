"""Who is on a person's care team, as people here have confirmed it, and which of them leads.

Whom facts show is found anew whenever the ring is made (`coordination.team`); here stands only what somebody said about it.
"""

from django.db import models
from django.utils import timezone

from bluering.access.models import User


class Channel(models.TextChoices):
    PHONE = "phone", "Phone"
    FAX = "fax", "Fax"
    SECURE = "secure", "Secure message"
    PORTAL = "portal", "Portal"
    MAIL = "mail", "Mail"


class Behalf(models.TextChoices):
    PRACTICE = "practice", "the practice"
    PAYER = "payer", "the health plan"
    ACO = "aco", "the accountable care organization"
    HOSPITAL = "hospital", "the hospital"
    AGENCY = "agency", "an agency"
    OTHER = "other", "somebody else"


class TeamMember(models.Model):
    """What is said here of somebody around a person. `key` is the name as the ring compares it; the newest row of a key counts.

    `gone_at` is when somebody said that they are no longer involved; facts newer than that bring them back. `behalf` is for whom they
    coordinate, empty when they do not.
    """

    person_id = models.CharField(max_length=64, db_index=True)
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    role = models.CharField(max_length=120, blank=True, default="")
    organization = models.CharField(max_length=200, blank=True, default="")
    phone = models.CharField(max_length=60, blank=True, default="")
    channel = models.CharField(max_length=20, choices=Channel.choices, blank=True, default="")
    behalf = models.CharField(max_length=20, choices=Behalf.choices, blank=True, default="")
    note = models.CharField(max_length=400, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(null=True)

    IDENTIFYING = {"name", "key", "note"}


class TeamEvent(models.Model):
    """One thing said about the team, oldest first."""

    person_id = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=400, blank=True, default="")

    IDENTIFYING = {"name", "note"}

    class Meta:
        ordering = ["id"]


class Lead(models.Model):
    """Who was agreed to lead for a person: somebody of the team by key, or whoever holds the panel here (`key` empty). The newest counts."""

    person_id = models.CharField(max_length=64, db_index=True)
    key = models.CharField(max_length=200, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="")
    agreed_with = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    IDENTIFYING = {"name", "key", "agreed_with"}

    class Meta:
        ordering = ["id"]
