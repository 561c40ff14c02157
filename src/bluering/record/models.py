"""Projections of the record into the database: what a page needs at once. All of it can be rebuilt from the record."""

from django.db import models


class PersonSummary(models.Model):
    """One line about a person, as lists and searches need it."""

    person = models.OneToOneField("identity.Person", primary_key=True, on_delete=models.CASCADE, related_name="summary")
    family = models.TextField(default="")
    given = models.TextField(default="")
    name = models.TextField(default="", db_index=True)
    birth_date = models.DateField(null=True)
    gender = models.TextField(default="")
    language = models.TextField(default="")
    phone = models.TextField(default="")
    phone_digits = models.TextField(default="", db_index=True)
    address_line = models.TextField(default="")
    city = models.TextField(default="")
    state = models.TextField(default="")
    postal_code = models.TextField(default="")
    mrn = models.TextField(default="")
    deceased_on = models.DateField(null=True)
    search = models.TextField(default="")
    updated_at = models.DateTimeField(auto_now=True)

    IDENTIFYING = {
        "family", "given", "name", "birth_date", "phone", "phone_digits", "address_line", "city", "postal_code",
        "mrn", "deceased_on", "search",
    }  # fmt: skip

    def __str__(self) -> str:
        return f"summary {self.person_id}"


class Chart(models.Model):
    """All of one person's facts as one compressed value; absent means not built since something new came in."""

    person = models.OneToOneField("identity.Person", primary_key=True, on_delete=models.CASCADE, related_name="+")
    facts = models.BinaryField(default=b"", help_text="empty: to be made when next needed")
    needs = models.BigIntegerField(default=0, help_text="made from the record of this load or a later one")
    built_at = models.DateTimeField(auto_now=True)

    IDENTIFYING = {"facts"}

    def __str__(self) -> str:
        return f"chart {self.person_id}"


class Visit(models.Model):
    """A booked appointment near today, whoever it was booked with."""

    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    appointment_key = models.TextField(unique=True)
    start = models.DateTimeField(db_index=True)
    end = models.DateTimeField(null=True)
    status = models.TextField(default="booked")
    practitioner = models.TextField(default="")
    reason = models.TextField(default="")
    kind = models.TextField(default="")
    source = models.TextField(default="")

    IDENTIFYING = {"appointment_key", "start", "end", "reason"}

    def __str__(self) -> str:
        return f"visit {self.pk}"


class Provider(models.Model):
    """A clinician or an organisation, once however many sources tell of it. `key` is npi|…, at|… (name and address) or own|… (told once)."""

    key = models.TextField(primary_key=True)
    kind = models.TextField(help_text="practitioner or organization")
    npi = models.TextField(default="", db_index=True)
    name = models.TextField(default="")
    specialty = models.TextField(default="")
    phone = models.TextField(default="")
    city = models.TextField(default="")

    def __str__(self) -> str:
        return self.key


class ProviderTelling(models.Model):
    """What a source calls a provider: source/id, as references in its facts name it."""

    telling = models.TextField(primary_key=True)
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="tellings")

    def __str__(self) -> str:
        return self.telling
