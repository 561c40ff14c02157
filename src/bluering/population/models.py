"""What rules found and keep finding: gaps with their life, scores, and who was looked at when.

Persons are opaque ids from `identity`. What a gap says comes from its rule; what became of it is in its events.
"""

from django.db import models

from bluering.access.models import User


class GapState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    SET_ASIDE = "set_aside", "Set aside"


class Gap(models.Model):
    """Something a rule misses about a person. `key` tells the gaps of one rule and person apart and never changes.

    `opened_at` is when it was opened last: a gap that came back is open since then, and its events know the earlier times.
    `digest` stands for everything the rule says about it, so that a run sees at once whether any of it changed.
    """

    person_id = models.CharField(max_length=64)
    rule = models.CharField(max_length=80)
    rule_version = models.CharField(max_length=20, default="")
    key = models.TextField()
    title = models.TextField(default="")
    sentence = models.TextField(default="")
    severity = models.CharField(max_length=20, default="")
    owner = models.TextField(default="")
    with_whom = models.TextField(default="")
    fact_key = models.TextField(default="")
    due_date = models.DateField(null=True)
    evidence = models.JSONField(default=list)
    digest = models.CharField(max_length=32, default="")
    state = models.CharField(max_length=20, choices=GapState.choices, default=GapState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by_evidence = models.TextField(default="")
    set_aside_until = models.DateField(null=True)
    set_aside_reason = models.TextField(default="")
    set_aside_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    IDENTIFYING = {
        "key", "title", "sentence", "with_whom", "fact_key", "due_date", "evidence", "closed_by_evidence",
        "set_aside_reason",
    }  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "rule", "key"], name="one_gap_by_rule_and_key")]
        indexes = [models.Index(fields=["person_id", "state"]), models.Index(fields=["state", "rule"])]

    def __str__(self) -> str:
        return f"gap {self.pk}"


class GapEvent(models.Model):
    """One turn in the life of a gap. Rules have no user: `by` is empty for what a run did."""

    class What(models.TextChoices):
        OPENED = "opened", "Opened"
        CHANGED = "changed", "Changed"
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Reopened"
        SET_ASIDE = "set_aside", "Set aside"
        RESUMED = "resumed", "Resumed"

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    what = models.CharField(max_length=20, choices=What.choices)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(default="")

    IDENTIFYING = {"note"}

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"gap event {self.pk}"


class Score(models.Model):
    """A person's level by one score rule, with what it was read from and what was not known.

    `since` is the day on which the present level began; `computed_at` moves with every run, `as_of` is the run's moment.
    """

    person_id = models.CharField(max_length=64)
    score = models.CharField(max_length=80)
    rule_version = models.CharField(max_length=20, default="")
    level = models.CharField(max_length=40)
    axes = models.JSONField(default=dict)
    inputs = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    digest = models.CharField(max_length=32, default="")
    since = models.DateField()
    computed_at = models.DateTimeField()
    as_of = models.DateTimeField()

    IDENTIFYING = {"level", "axes", "inputs", "missing"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "score"], name="one_level_by_score")]
        indexes = [models.Index(fields=["score", "level"])]

    def __str__(self) -> str:
        return f"score {self.pk}"


class ProgramFinding(models.Model):
    """What a program's rule says of a person: that they may enter, graduate or relapse, or how a step expected of us stands (`met`);
    and how a score or value went while they were in it (`course`; `evidence` holds the first and the last).

    `since` is the day on which this was found first, or found to be so; it stays while only the words change.
    """

    class Finding(models.TextChoices):
        ENTER = "enter", "May enter"
        STEP = "step", "Step"
        GRADUATE = "graduate", "May graduate"
        RELAPSE = "relapse", "Sign of relapse"
        COURSE = "course", "How it goes"

    person_id = models.CharField(max_length=64)
    program = models.CharField(max_length=80)
    finding = models.CharField(max_length=12, choices=Finding.choices)
    key = models.CharField(max_length=80, blank=True, default="")
    rule_version = models.CharField(max_length=20, default="")
    due_date = models.DateField(null=True)
    met = models.BooleanField(null=True)
    title = models.TextField(default="")
    sentence = models.TextField(default="")
    evidence = models.JSONField(default=list)
    digest = models.CharField(max_length=32, default="")
    since = models.DateField()

    IDENTIFYING = {"due_date", "title", "sentence", "evidence"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "program", "finding", "key"], name="one_finding_of_a_program")
        ]
        indexes = [models.Index(fields=["program", "finding"], name="findings_of_a_program")]

    def __str__(self) -> str:
        return f"program finding {self.pk}"


class Preview(models.Model):
    """A look at whom a version of a program would find that is not in use yet. `digest` is of what was tried; `problem` why nothing came of it."""

    program = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=32)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, default="")
    found_now = models.PositiveIntegerField(default=0)
    found_then = models.PositiveIntegerField(default=0)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"preview {self.pk}"


class PreviewRow(models.Model):
    """One person for whom that version would change something."""

    class Change(models.TextChoices):
        ENTER = "enter", "Would be found"
        LEAVE = "leave", "Would be found no more"
        GRADUATE = "graduate", "Would meet the exit test"
        STAY = "stay", "Would meet the exit test no more"

    preview = models.ForeignKey(Preview, on_delete=models.CASCADE, related_name="rows")
    person_id = models.CharField(max_length=64)
    change = models.CharField(max_length=12, choices=Change.choices)
    sentence = models.TextField(default="")

    IDENTIFYING = {"sentence"}

    class Meta:
        indexes = [models.Index(fields=["preview", "change"], name="changes_of_a_preview")]

    def __str__(self) -> str:
        return f"preview row {self.pk}"


class Look(models.Model):
    """When the rules last read a person's facts; the empty id stands for everybody.

    A long run over everybody reads the facts at its start and writes at its end. Whom the rules looked at meanwhile, it
    leaves alone: what it knows about them is older than what stands.
    """

    person_id = models.CharField(primary_key=True, max_length=64)
    began_at = models.DateTimeField()

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"look of {self.began_at:%Y-%m-%d %H:%M}"
