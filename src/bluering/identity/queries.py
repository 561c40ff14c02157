"""Reads of who is who."""

from bluering.identity.models import PersonLink


def standing_links() -> tuple[list[str], list[str]]:
    """All links that stand, as two columns: subject keys and their persons."""
    rows = list(PersonLink.objects.filter(undone_at=None).values_list("subject_key", "person_id"))
    return [key for key, _ in rows], [person for _, person in rows]


def keys_of(person_id: str) -> list[str]:
    """The patients of other systems that are this person."""
    return list(PersonLink.objects.filter(person_id=person_id, undone_at=None).values_list("subject_key", flat=True))
