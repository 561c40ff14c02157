"""Who works here, what each of them read and did, and who is trying to get in.

`AuditEvent` is append-only: it is inserted, never changed, never deleted (a trigger in the database
holds this too; on SQLite for changes only).
`AuditSeal` chains batches of events; see `audit` for how and why. Usernames are what one room tells another about a user.
"""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone


class Role(models.TextChoices):
    COORDINATOR = "coordinator", "Care coordinator"
    CLINICIAN = "clinician", "Clinician"
    ADMINISTRATOR = "administrator", "Administrator"
    DATA_STEWARD = "data_steward", "Data steward"


class Users(UserManager):
    def create_superuser(self, username, email=None, password=None, **fields):
        """The first account of an installation: an administrator, who manages users and reads no person."""
        fields.setdefault("role", Role.ADMINISTRATOR)
        return super().create_superuser(username, email, password, **fields)


class User(AbstractUser):
    """Somebody who works here. Without a role an account may do nothing; being a superuser adds nothing."""

    role = models.CharField(max_length=20, choices=Role.choices, blank=True, default="")
    display_name = models.CharField(max_length=120, blank=True, default="")
    credential = models.CharField("licence or training, as on a badge", max_length=40, blank=True, default="")
    practitioner_id = models.CharField("their Practitioner in the record", max_length=64, blank=True, default="")

    objects = Users()

    @property
    def name(self) -> str:
        return self.display_name or self.get_full_name() or self.username

    def __str__(self) -> str:
        return self.name


class Practice(models.Model):
    """One of several practices of an installation; an installation of a single one needs no row.

    `sources` are the systems that are this practice: whoever is a patient there is a person of the practice. `staff` serves it; who serves no
    practice by name serves all of them. `numbers` are parameters of rules that are others here, by "rule/parameter". `shares`: whether
    colleagues of other practices who look after the same person see what this one knows, where the person has said nothing about it.
    """

    name = models.CharField(max_length=120, unique=True)
    time_zone = models.CharField(max_length=60)
    sources = models.JSONField(default=list)
    numbers = models.JSONField(default=dict)
    shares = models.BooleanField(default=True)
    staff = models.ManyToManyField(User, related_name="practices", blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class AppendOnly(models.QuerySet):
    """Rows that are inserted and read, nothing else."""

    def update(self, **values):
        raise TypeError("Audit rows are never changed.")

    def delete(self):
        raise TypeError("Audit rows are never deleted.")


class AuditEvent(models.Model):
    """One read or write: who, what, about whom, when, through which door. `detail` holds opaque ids, no patient data."""

    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    person_id = models.CharField(max_length=64, null=True)
    where = models.CharField(max_length=80, blank=True, default="")
    detail = models.CharField(max_length=200, blank=True, default="")

    objects = AppendOnly.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person_id", "-id"]), models.Index(fields=["user", "-id"])]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("Audit events are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("Audit events are never deleted.")


class AuditSeal(models.Model):
    """A closed batch of events, from after the previous seal up to `last_id`; `digest` covers them and the previous seal."""

    at = models.DateTimeField(default=timezone.now)
    last_id = models.BigIntegerField(unique=True)
    events = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    objects = AppendOnly.as_manager()


class LogInAttempt(models.Model):
    """Failures in a row for one username from one address; a success removes the row."""

    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField(default=timezone.now)
    wait_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["username", "address"], name="one_row_per_username_and_address")]
