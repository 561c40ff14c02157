"""Servers that we fetch from, and each time that we did."""

from django.db import models


class Pull(models.Model):
    """A FHIR server whose data one source is: how it knows us, what we ask it for, how often, and up to when we have it."""

    source = models.TextField(unique=True)
    base_url = models.TextField()
    of = models.CharField(max_length=8, default="system", choices=[(w, w) for w in ("system", "patient", "group")])
    group = models.TextField(default="", help_text="the Group's id, when it is one group")
    types = models.JSONField(default=list, help_text="the FHIR types to fetch; empty for all")
    client_id = models.TextField(
        default="", help_text="ours at the server; empty when the server asks nobody who they are"
    )
    algorithm = models.CharField(max_length=5, default="ES384", choices=[(w, w) for w in ("ES384", "RS384")])
    scope = models.TextField(default="", help_text="empty for reading everything")
    token_url = models.TextField(default="", help_text="empty when the server says it itself")
    every = models.DurationField(null=True, help_text="how often; empty for only when told to")
    last_transaction_time = models.DateTimeField(null=True, help_text="up to when the server has told us what changed")
    next_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")
    created_at = models.DateTimeField(auto_now_add=True)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"pull {self.pk}"


class RunState(models.TextChoices):
    ASKING = "asking", "asks the server for an export"
    WAITING = "waiting", "the server prepares it"
    FETCHING = "fetching", "fetches the files"
    LOADING = "loading", "loads them into the record"
    DONE = "done", "in the record"
    FAILED = "failed", "could not be done"
    CANCELLED = "cancelled", "stopped by somebody"


OPEN = (RunState.ASKING, RunState.WAITING, RunState.FETCHING, RunState.LOADING)


class PullRun(models.Model):
    """One time of fetching, from asking to the record. Whoever goes on with it finds here where it was."""

    pull = models.ForeignKey(Pull, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.ASKING)
    since = models.DateTimeField(null=True, help_text="only what changed since; empty for everything")
    status_url = models.TextField(default="")
    manifest = models.JSONField(null=True, help_text="the files to fetch, until all are in the record")
    progress = models.TextField(default="")
    attempts = models.PositiveIntegerField(default=0, help_text="hindrances in a row")
    next_at = models.DateTimeField(null=True, help_text="not before; empty for now")
    notes = models.JSONField(default=list, help_text="what the server said that it could not export")
    summary = models.JSONField(default=dict)
    error = models.TextField(default="")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    IDENTIFYING: set[str] = set()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pull"], condition=models.Q(state__in=OPEN), name="one_open_run_of_a_pull")
        ]

    def __str__(self) -> str:
        return f"pull run {self.pk}"

    @property
    def is_open(self) -> bool:
        """Not finished, one way or the other."""
        return self.state in OPEN
