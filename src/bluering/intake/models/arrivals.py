"""Messages as they arrived, kept before they were acknowledged, and the threads they belong to."""

from django.db import models
from django.db.models import Q

# Between what is said of several pieces of one message.
NOTES = "\n"


class ArrivalState(models.TextChoices):
    WAITING = "waiting", "not yet read"
    DONE = "done", "in the record"
    IGNORED = "ignored", "read, and by the source's settings left out"
    QUARANTINED = "quarantined", "could not be read"
    SET_ASIDE = "set_aside", "could not be read, and set aside by somebody"


class Arrival(models.Model):
    """One message, byte for byte. The same message from the same sender is kept once, however often it is sent."""

    source = models.TextField(help_text="the feed it came by, a name as `load --source` takes it")
    format = models.CharField(max_length=20, help_text="hl7v2, fhir-message, ...")
    sender = models.TextField(default="", help_text="who says he sent it: MSH-3|MSH-4")
    control_id = models.TextField(default="", help_text="the sender's number for it: MSH-10")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes, in hexadecimal")
    raw = models.BinaryField()
    received_at = models.DateTimeField()
    event = models.CharField(max_length=20, default="", help_text="what happened: ADT^A03")
    event_at = models.DateTimeField(null=True, help_text="when it happened, as the sender says")
    state = models.CharField(max_length=12, choices=ArrivalState.choices, default=ArrivalState.WAITING)
    reason = models.TextField(
        default="", help_text="why it could not be read or was left out: the place and what to try"
    )
    load = models.ForeignKey("intake.Load", null=True, on_delete=models.SET_NULL, related_name="arrivals")
    done_at = models.DateTimeField(null=True)

    IDENTIFYING = {"raw"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "sender", "control_id", "digest"], name="arrived_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="arrivals_waiting"),
            models.Index(fields=["received_at"], condition=Q(state="quarantined"), name="arrivals_quarantined"),
            models.Index(fields=["received_at"], condition=Q(state="set_aside"), name="arrivals_set_aside"),
            models.Index(
                fields=["source", "reason", "received_at"], condition=Q(state="quarantined"), name="arrivals_reasons"
            ),
            models.Index(fields=["source", "-received_at"], name="arrivals_of_source"),
        ]

    def __str__(self) -> str:
        return f"arrival {self.pk}"


class ArrivalThread(models.Model):
    """A message says something about this one thing: a visit, an order, an appointment, a patient.

    What is known of a thing is folded from all messages of its thread, in the order in which they happened, so that the order
    in which they arrive does not matter.
    """

    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="threads")
    source = models.TextField()
    thread = models.TextField(help_text="kind:key, such as visit:GENERAL/4711")

    IDENTIFYING = {"thread"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "thread", "arrival"], name="one_thread_of_an_arrival")]

    def __str__(self) -> str:
        return f"thread of arrival {self.arrival_id}"
