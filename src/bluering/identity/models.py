"""Persons, and the links from each system's patient to one of them."""

import uuid

from django.db import models
from django.db.models import Q


def new_person_id() -> str:
    """An opaque id that says nothing about anybody."""
    return uuid.uuid4().hex


class Person(models.Model):
    """One human being, as far as we know. Everything that is known hangs on the links."""

    id = models.CharField(primary_key=True, max_length=32, default=new_person_id, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    IDENTIFYING: set[str] = set()

    def __str__(self) -> str:
        return f"person {self.id}"


class PersonLink(models.Model):
    """A patient of one system is this person, for this reason, until undone. Undone links stay as history."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    subject_key = models.TextField(help_text="source/patient id, as that source writes it")
    source = models.TextField(db_index=True)
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.TextField(default="system")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(default="")
    pair = models.ForeignKey(
        "MatchPair", null=True, on_delete=models.PROTECT, related_name="links", help_text="the decision it follows from"
    )

    IDENTIFYING = {"subject_key", "reason"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_key"], condition=Q(undone_at=None), name="one_standing_link"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"


class PairState(models.TextChoices):
    """What is thought of two records. What people said stands until they say otherwise."""

    WAITING = "waiting", "waits for somebody to look"
    UNSURE = "unsure", "looked at, not sure"
    JOINED = "joined", "linked by itself"
    SAME = "same", "the same person"
    DIFFERENT = "different", "two persons"
    GONE = "gone", "no longer alike"


class MatchPair(models.Model):
    """Two patients who may be one person: how likely, why, by which weights, and what was decided."""

    left_key = models.TextField(help_text="the lower of the two subject keys")
    right_key = models.TextField()
    probability = models.FloatField()
    weight = models.FloatField(help_text="in bits; 0 is as likely as not")
    evidence = models.JSONField(help_text="list of comparison, level, bits; no value of anybody")
    model_version = models.TextField()
    state = models.CharField(max_length=16, choices=PairState.choices, default=PairState.WAITING)
    found_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    note = models.TextField(default="")

    IDENTIFYING = {"left_key", "right_key", "note"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["left_key", "right_key"], name="a_pair_once"),
            models.CheckConstraint(condition=Q(left_key__lt=models.F("right_key")), name="lower_key_first"),
        ]
        indexes = [models.Index(fields=["state", "-probability"], name="pairs_to_look_at")]

    def __str__(self) -> str:
        return f"pair {self.pk}"


class PairEvent(models.Model):
    """One thing that was decided about a pair: the history of its page."""

    pair = models.ForeignKey(MatchPair, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    by = models.TextField()
    state = models.CharField(max_length=16, choices=PairState.choices)
    note = models.TextField(default="")
    probability = models.FloatField()
    model_version = models.TextField()

    IDENTIFYING = {"note"}

    def __str__(self) -> str:
        return f"pair event {self.pk}"
