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

    IDENTIFYING = {"subject_key", "reason"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_key"], condition=Q(undone_at=None), name="one_standing_link"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"
