"""Documents as they came in by fax, upload or folder, until somebody has said whose they are."""

from django.db import models
from django.db.models import Q

from bluering.access.models import User


class DocumentState(models.TextChoices):
    READING = "reading", "not yet read"
    WAITING = "waiting", "waits for somebody to file it"
    FILED = "filed", "in a person's record"
    ASIDE = "set_aside", "set aside"
    UNREADABLE = "unreadable", "could not be opened"


class IncomingDocument(models.Model):
    """One document. Its bytes lie in the folder `documents` under `digest`; nobody reads them but through a page that asks who may.

    Who works on it just now is a Claim of the Inbox. `suggested` holds candidates, best first: {"person_id", "score", "reasons"}. They are suggestions; a person files.
    """

    source = models.TextField(help_text="the folder or upload it came by")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes, in hexadecimal")
    file_name = models.TextField(default="")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=DocumentState.choices, default=DocumentState.READING)
    reason = models.TextField(default="", help_text="why it is unreadable, has no text, or was set aside")
    pages = models.PositiveIntegerField(default=0)
    text = models.TextField(default="", help_text="the pages' text, parted by form feeds")
    suggested_kind = models.CharField(max_length=40, default="", help_text="a kind of rules/documents/kinds.yaml")
    kind_reason = models.TextField(default="")
    suggested = models.JSONField(default=list)
    reply_to = models.BigIntegerField("the handoff whose reply code it bears", null=True)
    filed_key = models.TextField(default="", help_text="whose it is: source/patient id, so that it follows its person")
    filed_person_id = models.CharField(max_length=64, default="", help_text="the person as of the filing")
    filed_kind = models.CharField(max_length=40, default="")
    filed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    filed_at = models.DateTimeField(null=True)

    IDENTIFYING = {"file_name", "text", "kind_reason", "suggested", "filed_key", "reason"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "digest"], name="document_once")]
        indexes = [
            models.Index(fields=["state", "received_at"], name="documents_by_state"),
            models.Index(fields=["id"], condition=Q(state="reading"), name="documents_to_read"),
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def page_texts(self) -> list[str]:
        """The text of each page."""
        return self.text.split("\f")
