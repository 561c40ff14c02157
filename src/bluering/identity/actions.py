"""Changes of who is who, made by people; each can be taken back."""

from django.db import transaction
from django.utils import timezone

from bluering.access import audit
from bluering.errors import BadInput
from bluering.identity.link import APART
from bluering.identity.models import Person, PersonLink


@transaction.atomic
def unlink(*, subject_key: str, by: str) -> Person:
    """Set one system's patient apart from the Person it was linked to; it becomes a Person of its own and stays so.

    Raises BadInput when no link of that patient stands.
    """
    link = PersonLink.objects.select_for_update().filter(subject_key=subject_key, undone_at=None).first()
    if link is None:
        raise BadInput("No standing link has that key. Look the key up on the person's page and try again.")
    link.undone_at, link.undone_by = timezone.now(), by
    link.save(update_fields=["undone_at", "undone_by"])
    person = Person.objects.create()
    PersonLink.objects.create(person=person, subject_key=subject_key, source=link.source, reason=APART, created_by=by)
    audit.record(None, "identity.unlink", link.person_id, f"link {link.pk} undone by {by}")
    return person


@transaction.atomic
def relink(*, subject_key: str, person: Person, by: str) -> PersonLink:
    """Link a patient to a Person by hand, undoing the link that stands."""
    PersonLink.objects.filter(subject_key=subject_key, undone_at=None).update(undone_at=timezone.now(), undone_by=by)
    source = subject_key.split("/", 1)[0]
    link = PersonLink.objects.create(
        person=person, subject_key=subject_key, source=source, reason="linked by hand", created_by=by
    )
    audit.record(None, "identity.relink", person.pk, f"link {link.pk} made by {by}")
    return link
