"""What lets another system send us messages."""

from django.db import models


class SourceToken(models.Model):
    """A bearer token of one source. Only its digest is kept: whoever reads the database cannot send with it."""

    source = models.TextField()
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, in hexadecimal")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"token {self.pk}"
