"""What came in, and what of it could not be read."""

from django.db import models


class Load(models.Model):
    """One run of the intake. Its number names the rows and files that it brought."""

    source = models.TextField()
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    summary = models.JSONField(default=dict)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"load {self.pk}"


class Quarantine(models.Model):
    """A piece of input that could not be read: where it stood, why, and its bytes, until somebody settles it."""

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="quarantined")
    at = models.DateTimeField(auto_now_add=True)
    source = models.TextField()
    file = models.TextField()
    line = models.PositiveIntegerField()
    reason = models.TextField()
    raw = models.BinaryField(default=b"")
    digest = models.CharField(max_length=64)
    state = models.TextField(
        default="waiting", choices=[("waiting", "waiting"), ("replayed", "replayed"), ("set_aside", "set aside")]
    )

    IDENTIFYING = {"raw", "file"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "file", "line", "digest"], name="quarantined_once"),
        ]
        indexes = [
            models.Index(fields=["at"], condition=models.Q(state="waiting"), name="quarantine_waiting"),
            models.Index(fields=["at"], condition=models.Q(state="set_aside"), name="quarantine_set_aside"),
            models.Index(
                fields=["source", "reason", "at"], condition=models.Q(state="waiting"), name="quarantine_reasons"
            ),
        ]

    def __str__(self) -> str:
        return f"quarantine {self.pk}"
