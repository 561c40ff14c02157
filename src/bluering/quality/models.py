"""Sources and their hours, unmapped codes, results of gates, and gaps of data with their life."""

from django.db import models

from bluering.access.models import User


class Source(models.Model):
    """A system that tells facts, by the name given to `load` or `listen`. Its row is made when something first comes in.

    What people set: title, steward, silent_after, notes. What the clock brings up to date: the rest.
    """

    name = models.TextField(primary_key=True)
    title = models.CharField(max_length=120, default="")
    steward = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    silent_after = models.PositiveIntegerField("minutes without news; empty: by its own rhythm", null=True)
    notes = models.TextField(default="")
    kind = models.CharField(max_length=20, default="", help_text="messages or files, by what came last")
    last_at = models.DateTimeField(null=True)
    newest_fact_at = models.DateTimeField(null=True)
    lag_median_seconds = models.PositiveIntegerField(null=True)
    lag_p95_seconds = models.PositiveIntegerField(null=True)
    usual_silence_seconds = models.PositiveIntegerField("the longest usual at this moment of the week", null=True)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return self.name


class SourceHour(models.Model):
    """What came from a source in one hour of UTC: messages, resources that were new, and what could not be read."""

    source = models.TextField()
    hour = models.DateTimeField()
    messages = models.PositiveIntegerField(default=0)
    resources = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)

    IDENTIFYING: set[str] = set()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "hour"], name="one_row_by_source_and_hour")]

    def __str__(self) -> str:
        return f"hour of {self.source}"


class UnmappedCode(models.Model):
    """A code of a source in no code system that is known here; with an empty code: how many rows carry none."""

    source = models.TextField()
    table = models.TextField()
    system = models.TextField(default="")
    code = models.TextField(default="")
    text = models.TextField(default="")
    count = models.PositiveIntegerField()
    first_seen = models.DateTimeField()

    IDENTIFYING: set[str] = set()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "table", "system", "code"], name="one_row_by_code")]

    def __str__(self) -> str:
        return f"unmapped code {self.pk}"


class GateResult(models.Model):
    """One look of a gate: `value` against `limit`. `since` is when the present run of failures began; empty when it passed."""

    gate = models.CharField(max_length=60)
    at = models.DateTimeField()
    value = models.FloatField()
    limit = models.FloatField()
    found = models.BigIntegerField()
    total = models.BigIntegerField()
    passed = models.BooleanField()
    since = models.DateTimeField(null=True)
    samples = models.JSONField(default=list, help_text="opaque ids: persons, or digests of a resource's key")

    IDENTIFYING: set[str] = set()

    class Meta:
        indexes = [models.Index(fields=["gate", "-id"])]

    def __str__(self) -> str:
        return f"result {self.pk} of {self.gate}"


class DataGap(models.Model):
    """Something a data steward answers for: a source fallen silent, a gate that fails. Not about a person."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        SET_ASIDE = "set_aside", "Set aside"

    rule = models.CharField(max_length=40)
    subject = models.TextField(help_text="the source or the gate")
    since = models.DateTimeField()
    sentence = models.TextField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(default="", help_text="the evidence")
    set_aside_until = models.DateField(null=True)
    set_aside_reason = models.TextField(default="")
    set_aside_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    IDENTIFYING: set[str] = set()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject"], condition=~models.Q(state="closed"), name="one_standing_data_gap"
            )
        ]

    def __str__(self) -> str:
        return f"data gap {self.pk}"


class DataGapEvent(models.Model):
    """One turn in the life of a data gap. `by` is empty for what the clock found."""

    gap = models.ForeignKey(DataGap, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    what = models.CharField(max_length=12)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(default="")

    IDENTIFYING: set[str] = set()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"data gap event {self.pk}"
