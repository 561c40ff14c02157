"""How each source writes its tables."""

from django.db import models


class CsvMapping(models.Model):
    """The columns of one source's tables, once somebody has looked at them. Until `saved_at` it is only being made.

    `sample` is the beginning of a file, kept while somebody works on the columns and emptied when they are saved.
    """

    source = models.TextField(unique=True)
    mapping = models.JSONField(default=dict, help_text="intake.schedule.mapping.Mapping, as data")
    header = models.JSONField(default=list, help_text="the names of the sample's columns, in their order")
    sample = models.BinaryField(default=b"")
    saved_at = models.DateTimeField(null=True)
    saved_by = models.TextField(default="", help_text="username")

    IDENTIFYING = {"sample"}

    def __str__(self) -> str:
        return f"columns {self.pk}"
