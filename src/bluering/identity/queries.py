"""Reads of who is who."""

from django.db.models import Q

from bluering.errors import BadInput
from bluering.identity.models import PersonLink


def standing_links() -> tuple[list[str], list[str]]:
    """All links that stand, as two columns: subject keys and their persons."""
    rows = list(PersonLink.objects.filter(undone_at=None).values_list("subject_key", "person_id"))
    return [key for key, _ in rows], [person for _, person in rows]


def keys_of(person_id: str) -> list[str]:
    """The patients of other systems that are this person."""
    return list(PersonLink.objects.filter(person_id=person_id, undone_at=None).values_list("subject_key", flat=True))


def find_person(named: str) -> str:
    """The person meant by a person's id, by `source/patient id`, or by a patient id that only one person has.

    Raises BadInput when nobody or more than one is meant.
    """
    links = PersonLink.objects.filter(undone_at=None)
    meant = links.filter(Q(person_id=named) | Q(subject_key=named) | Q(subject_key__endswith=f"/{named}"))
    persons = set(meant.values_list("person_id", flat=True)[:50])
    if len(persons) != 1:
        many = "more than one person has it; write it as source/id" if persons else "nobody has that id"
        raise BadInput(f"--person {named}: {many}. It is a person's id, source/patient id, or a patient id.")
    return persons.pop()
