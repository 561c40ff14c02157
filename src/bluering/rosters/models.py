"""What people say about payers' lists: a list that looks cut off is confirmed, and a disagreement about a person is answered."""

from django.db import models


class Standing(models.TextChoices):
    USED = "used", "in use"
    HELD = "held", "looks cut off"
    CONFIRMED = "confirmed", "confirmed"


class RosterMonth(models.Model):
    """One month of one payer's list: how many are on it, came and left. A month that looks cut off is not used until confirmed."""

    source = models.CharField(max_length=120)
    month = models.DateField()
    payer = models.CharField(max_length=200, blank=True, default="")
    members = models.IntegerField()
    added = models.IntegerField(default=0)
    dropped = models.IntegerField(default=0)
    attributed = models.IntegerField(default=0, help_text="members with a clinician named")
    standing = models.CharField(max_length=12, choices=Standing.choices, default=Standing.USED)
    confirmed_by = models.CharField(max_length=150, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_members = models.IntegerField(null=True, help_text="how many there were when it was confirmed")

    IDENTIFYING: set[str] = set()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "month"], name="a_month_of_a_list_once")]
        ordering = ["source", "-month"]

    def __str__(self) -> str:
        return f"{self.source} {self.month:%Y-%m}"


class Kind(models.TextChoices):
    UNKNOWN = "unknown", "on the list, not known here"
    NOT_SEEN = "not_seen", "on the list, not seen here"
    DROPPED = "dropped", "seen here, dropped from the list"
    NOT_LISTED = "not_listed", "covered and seen here, not on the list"
    DIED = "died", "on the list, died"
    PAYER_HIGH = "payer_high", "the payer's score is high, our need minimal"
    WE_HIGH = "we_high", "our need is extensive, the payer's score low"


class Answer(models.TextChoices):
    OURS = "ours", "Ours: the payer was told"
    CONTACTED = "contacted", "Reached, and a visit is planned"
    NOT_OURS = "not_ours", "Not ours: goes elsewhere"
    MOVED = "moved", "Moved away"
    OTHER_COVER = "other_cover", "Has other cover now"
    DIED = "died", "Died: the payer was told"
    WRONG_PERSON = "wrong_person", "Records are mixed up"
    LOOKED = "looked", "Looked at: our judgement stands"
    WATCH = "watch", "We look after them more closely"
    LATER = "later", "Later"


class QuestionState(models.TextChoices):
    OPEN = "open", "open"
    ANSWERED = "answered", "answered"
    GONE = "gone", "no longer so"


class Question(models.Model):
    """Where a payer's list and the practice disagree about a person. It goes by itself when they agree again.

    An answer stands while the disagreement does; one that was put off comes back on the day `until`.
    """

    source = models.CharField(max_length=120)
    person_id = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    since = models.DateField(null=True, help_text="first month of the stretch on or off the list")
    seen_on = models.DateField(null=True, help_text="last seen at the practice")
    payer_says = models.CharField(max_length=120, blank=True, default="")
    we_say = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=12, choices=QuestionState.choices, default=QuestionState.OPEN)
    found_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(max_length=16, choices=Answer.choices, blank=True, default="")
    note = models.CharField(max_length=400, blank=True, default="")
    until = models.DateField(null=True)
    answered_by = models.CharField(max_length=150, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    IDENTIFYING = {"seen_on", "payer_says", "we_say", "note"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "person_id", "kind"], name="a_question_once")]
        indexes = [models.Index(fields=["state", "kind", "-since"], name="questions_to_work_off")]

    def __str__(self) -> str:
        return f"question {self.pk}"
