"""The Inbox: who works on a piece just now, what was done about it, and what is being read again."""

from django.db import models

from bluering.access.models import User


class ItemKind(models.TextChoices):
    PIECE = "piece", "Piece of a file"
    MESSAGE = "message", "Message"
    DOCUMENT = "document", "Document"


class Claim(models.Model):
    """Somebody works on an item until `until`, so that nobody else does. A claim that has run out is nobody's."""

    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    item_id = models.BigIntegerField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()

    IDENTIFYING: set[str] = set()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "item_id"], name="one_claim_of_an_item")]

    def __str__(self) -> str:
        return f"claim of {self.kind} {self.item_id}"


class InboxEvent(models.Model):
    """One act on an item: who, what, and with what words. Together they are the item's history."""

    class What(models.TextChoices):
        CLAIMED = "claimed", "Claimed"
        TAKEN_OVER = "taken_over", "Taken over"
        RELEASED = "released", "Let go"
        SET_ASIDE = "set_aside", "Set aside"
        TAKEN_UP = "taken_up", "Taken up again"
        REPLAYED = "replayed", "Read again"

    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    item_id = models.BigIntegerField()
    what = models.CharField(max_length=12, choices=What.choices)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(default="")

    IDENTIFYING = {"note"}

    class Meta:
        indexes = [models.Index(fields=["kind", "item_id", "id"])]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"inbox event {self.pk}"


class Replay(models.Model):
    """A reading again of some items, asked for on a page and done by a worker. `wanted` narrows them as the page does."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    wanted = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    came_in = models.PositiveIntegerField(default=0)
    problem = models.TextField(default="")
    finished_at = models.DateTimeField(null=True)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"replay {self.pk}"
