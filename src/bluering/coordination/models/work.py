"""The work: who coordinates whom, who covers, what was said to whom, and what was handed to whom.

Persons are opaque ids from `identity`. What a handoff may do next is in `states`; who may do it is in `policies`.
"""

from django.db import models
from django.utils import timezone

from bluering.access.models import User


class Panel(models.Model):
    """A person on a coordinator's panel, from `since` until `until`. At most one open row per person."""

    person_id = models.CharField(max_length=64, db_index=True)
    coordinator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="panel")
    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=models.Q(until=None), name="one_coordinator_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["coordinator", "until"])]


class Cover(models.Model):
    """`covering` looks after the panel of `absent`, both days included; no end means until said otherwise. One that was called off never was."""

    absent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="covered_by")
    covering = models.ForeignKey(User, on_delete=models.PROTECT, related_name="covers")
    since = models.DateField()
    until = models.DateField(null=True)
    note = models.CharField(max_length=400, blank=True, default="")
    called_off_at = models.DateTimeField(null=True)

    IDENTIFYING = {"note"}


class Mode(models.TextChoices):
    PHONE = "phone", "Phone"
    VISIT = "visit", "Home visit"
    VIDEO = "video", "Video"
    MESSAGE = "message", "Message"
    MAIL = "mail", "Letter"
    IN_PERSON = "in_person", "In person"


class Whom(models.TextChoices):
    PERSON = "person", "The person"
    CAREGIVER = "caregiver", "A caregiver"
    OTHER = "other", "Somebody else"


class Topic(models.TextChoices):
    MEDICINES = "medicines", "Medicines"
    SYMPTOMS = "symptoms", "How it goes"
    MOOD = "mood", "Mood"
    VISIT = "visit", "Visits and results"
    SELF = "self", "Managing by oneself"
    FOOD = "food", "Food, home, money"
    RIDE = "ride", "Rides"
    FAMILY = "family", "Family and helpers"
    FORMS = "forms", "Forms and insurance"


class Contact(models.Model):
    """One attempt to reach somebody about a person, whether it reached them or not."""

    person_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    mode = models.CharField(max_length=20, choices=Mode.choices)
    reached = models.BooleanField()
    whom = models.CharField(max_length=20, choices=Whom.choices)
    purpose = models.CharField(max_length=120)
    minutes = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    gap_id = models.BigIntegerField("the gap this contact was about", null=True)
    topics = models.JSONField(default=list, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person_id", "-at"]), models.Index(fields=["by", "-at"])]


class Kind(models.TextChoices):
    DISCHARGE = "discharge", "Discharge"
    REFERRAL = "referral", "Referral"
    COMMUNITY = "community", "Community referral"
    RECORDS = "records", "Request for records"
    CASE_REVIEW = "case_review", "Case review"
    QUESTION = "question", "Question to a clinician"
    COVER = "cover", "Cover"


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    RECEIVED = "received", "Received"
    ACCEPTED = "accepted", "Accepted"
    IN_PROGRESS = "in_progress", "In progress"
    RESULT_BACK = "result_back", "Result back"
    ACTED_ON = "acted_on", "Acted on"
    CLOSED = "closed", "Closed"
    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Cancelled"


FINISHED = (State.CLOSED, State.CANCELLED)


class Handoffs(models.QuerySet):
    def open(self):
        return self.exclude(state__in=FINISHED)


class Handoff(models.Model):
    """Something that passes from `sender` to `receiver`: information and responsibility, each confirmed apart.

    `owner` answers for it here. `receiver_user` is set when the receiver has an account; then only they, or whoever
    covers for them, answer for the receiving side. `fact_key` is the fact it carries: source/Type/id.
    """

    person_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=200)
    sender = models.CharField(max_length=200)
    receiver = models.CharField(max_length=200)
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="handoffs")
    receiver_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="received_handoffs")
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    information_confirmed_at = models.DateTimeField(null=True)
    information_confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    responsibility_confirmed_at = models.DateTimeField(null=True)
    responsibility_confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    result_at = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)
    person_told_at = models.DateTimeField(null=True)
    due_date = models.DateField(null=True)
    fact_key = models.CharField(max_length=300, blank=True, default="")
    gap_key = models.CharField("the gap it bridges: rule/key", max_length=300, blank=True, default="")
    note = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = Handoffs.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person_id", "state"]), models.Index(fields=["owner", "state"])]

    @property
    def responsible(self) -> str:
        """Who answers for it now: the sender until the receiver accepts, and again once the result is back."""
        return self.receiver if self.state in (State.ACCEPTED, State.IN_PROGRESS) else self.sender


class HandoffEvent(models.Model):
    """One move of a handoff. The handoff's history is these rows, oldest first."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=30)
    from_state = models.CharField(max_length=20, blank=True, default="")
    to_state = models.CharField(max_length=20)
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]


class MovedWork(models.Model):
    """A row of work went from one person to another, because they were found to be the same or to be two after all."""

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=20)
    row = models.BigIntegerField("the row's own id")
    from_person = models.CharField(max_length=64, db_index=True)
    to_person = models.CharField(max_length=64)


class ReplyCode(models.Model):
    """What is printed on the cover sheet of a handoff, so that the reply finds back. It tells nothing about anybody."""

    handoff = models.OneToOneField(Handoff, on_delete=models.CASCADE, related_name="reply_code")
    token = models.CharField(max_length=16, unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    IDENTIFYING: set[str] = set()
