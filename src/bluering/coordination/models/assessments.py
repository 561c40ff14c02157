"""Assessments while they are filled in and after, links by which people fill them in themselves, and concerns for somebody's safety."""

from django.db import models
from django.utils import timezone

from bluering.access.models import User


class Way(models.TextChoices):
    PHONE = "phone", "Asked by phone"
    IN_PERSON = "in_person", "Asked in person"
    PAPER = "paper", "Copied from paper"
    LINK = "link", "By themselves, by link"


class Filled(models.TextChoices):
    PART = "part", "Begun"
    DONE = "done", "Finished"
    VOID = "void", "Entered in error"


class Assessment(models.Model):
    """One questionnaire about one person. `answers` maps a linkId to a code or value; `score` stands only when nothing that counts is missing.

    `on_day` is the day on which the answers were given. `by_proxy`: somebody else answered for the person. `fact_key` is its
    QuestionnaireResponse in the record, once it is finished.
    """

    person_id = models.CharField(max_length=64)
    instrument = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    scorer = models.CharField(max_length=20, blank=True, default="")
    language = models.CharField(max_length=12, default="en")
    way = models.CharField(max_length=12, choices=Way.choices)
    by_proxy = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=Filled.choices, default=Filled.PART)
    answers = models.JSONField(default=dict)
    on_day = models.DateField()
    score = models.IntegerField(null=True)
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    void_reason = models.CharField(max_length=400, blank=True, default="")
    fact_key = models.CharField(max_length=300, blank=True, default="")

    IDENTIFYING = {"answers", "score", "void_reason"}

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "instrument", "state"], name="assessments_of_a_person"),
            models.Index(fields=["state", "changed_at"], name="assessments_begun"),
        ]

    def __str__(self) -> str:
        return f"assessment {self.pk}"


class AssessmentLink(models.Model):
    """A link by which the person fills in one assessment. Only its digest is kept; wrong birth dates are counted."""

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="link")
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"link {self.pk}"


class ConcernState(models.TextChoices):
    OPEN = "open", "Nobody has it"
    TAKEN = "taken", "Somebody has it"
    CLOSED = "closed", "Settled"


class ConcernWhy(models.TextChoices):
    ITEM = "item", "An answer"
    WORDS = "words", "Words in a note"
    STAFF = "staff", "Somebody here"


class ConcernOutcome(models.TextChoices):
    SAFE = "safe", "Assessed, a safety plan stands"
    CRISIS = "crisis", "With a crisis service"
    EMERGENCY = "emergency", "With emergency services or in hospital"
    MISTAKE = "mistake", "A mistake: no concern"


class Concern(models.Model):
    """Somebody may be in danger. A licensed colleague takes it the same day and says how it was settled."""

    person_id = models.CharField(max_length=64)
    why = models.CharField(max_length=8, choices=ConcernWhy.choices)
    detail = models.CharField(max_length=400, blank=True, default="")
    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=ConcernState.choices, default=ConcernState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=ConcernOutcome.choices, blank=True, default="")
    closed_at = models.DateTimeField(null=True)

    IDENTIFYING = {"detail"}

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "state"], name="concerns_of_a_person"),
            models.Index(fields=["state"], name="concerns_by_state"),
        ]

    def __str__(self) -> str:
        return f"concern {self.pk}"


class ConcernEvent(models.Model):
    """One turn of a concern."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=12)
    note = models.CharField(max_length=400, blank=True, default="")

    IDENTIFYING = {"note"}

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"concern event {self.pk}"
