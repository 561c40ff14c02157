"""Case reviews: a session of the team over many persons, what was said of each, and links by which a receiver answers in one tap."""

from django.db import models
from django.utils import timezone

from bluering.access.models import User
from bluering.coordination.models.programs import Episode
from bluering.coordination.models.work import Handoff


class ReviewOutcome(models.TextChoices):
    RECOMMENDED = "recommended", "Recommendation sent"
    NO_CHANGE = "no_change", "No change needed"
    AGAIN = "again", "Discuss again"


class ReviewSession(models.Model):
    """One sitting of a team. `current` is whom it speaks about since `current_since`; the time goes to them."""

    program = models.CharField(max_length=80, blank=True, default="")
    team = models.CharField("who sits there", max_length=200, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    current = models.ForeignKey("Review", null=True, on_delete=models.SET_NULL, related_name="+")
    current_since = models.DateTimeField(null=True)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"review session {self.pk}"


class Review(models.Model):
    """One person in one sitting: why they are on the list, what was said, how long it took, and what came of it."""

    session = models.ForeignKey(ReviewSession, on_delete=models.CASCADE, related_name="reviews")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="reviews")
    person_id = models.CharField(max_length=64)
    place = models.PositiveIntegerField("the order in which they are spoken about")
    rank = models.PositiveSmallIntegerField("which of the reasons, the gravest 1")
    why = models.CharField(max_length=200)
    seconds = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=12, choices=ReviewOutcome.choices, blank=True, default="")
    words = models.CharField(max_length=1000, blank=True, default="")
    again_on = models.DateField(null=True)
    handoff = models.ForeignKey(Handoff, null=True, on_delete=models.SET_NULL, related_name="reviews")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)

    IDENTIFYING = {"why", "words"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "episode"], name="reviewed_once_in_a_session")]
        indexes = [models.Index(fields=["person_id", "-done_at"], name="reviews_of_a_person")]
        ordering = ["place"]

    def __str__(self) -> str:
        return f"review {self.pk}"


class AnswerLink(models.Model):
    """A link by which the receiver of one handoff answers without a log-in. Only its digest is kept; it works until it is used."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="answer_links")
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"answer link {self.pk}"
