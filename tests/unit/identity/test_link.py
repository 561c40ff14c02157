"""Exact linking joins the same identifier from two sources, and never joins on one that several people share."""

import pyarrow as pa
import pytest

from bluering.errors import BadInput
from bluering.identity.actions import unlink
from bluering.identity.link import link_patients
from bluering.identity.models import Person, PersonLink
from bluering.identity.queries import find_person

pytestmark = pytest.mark.django_db


def patients(*rows):
    """Rows of (source, patient id, identifiers) or (source, patient id, identifiers, patients it was linked to there)."""
    told = [(f"{source}/{key}", source, ids, [*links], n) for n, (source, key, ids, *links) in enumerate(rows)]
    types = [pa.string(), pa.string(), pa.list_(pa.string()), pa.list_(pa.string()), pa.int64()]
    return pa.table(
        [pa.array(c, t) for c, t in zip(zip(*told, strict=True), types, strict=True)],
        names=["subject_key", "source", "identifiers", "linked_ids", "first_seen"],
    )


def person_of(key):
    return PersonLink.objects.get(subject_key=key, undone_at=None).person_id


def test_same_identifier_from_two_sources_is_one_person():
    link_patients(patients(("ehr", "1", ["m|9"]), ("hospital", "2", ["h|5", "m|9"])))
    assert person_of("ehr/1") == person_of("hospital/2")


def test_link_keeps_source_and_reason():
    link_patients(patients(("ehr", "1", ["m|9"]), ("hospital", "2", ["m|9"])))
    link = PersonLink.objects.get(subject_key="hospital/2")
    assert (link.source, link.reason) == ("hospital", "same identifier m")


def test_other_system_with_the_same_value_is_somebody_else():
    link_patients(patients(("ehr", "1", ["m|9"]), ("hospital", "2", ["x|9"])))
    assert person_of("ehr/1") != person_of("hospital/2")


def test_identifier_shared_within_one_source_links_nobody():
    link_patients(patients(("ehr", "1", ["family|7"]), ("ehr", "2", ["family|7"]), ("plan", "3", ["family|7"])))
    assert Person.objects.count() == 3


def test_chain_over_three_sources_is_one_person():
    link_patients(patients(("a", "1", ["x|1"]), ("b", "2", ["x|1", "y|2"]), ("c", "3", ["y|2"])))
    assert len({person_of("a/1"), person_of("b/2"), person_of("c/3")}) == 1


def test_second_pass_changes_nothing():
    table = patients(("ehr", "1", ["m|9"]), ("hospital", "2", ["m|9"]))
    link_patients(table)
    before = list(PersonLink.objects.values_list("id", "person_id"))
    assert link_patients(table).persons == []
    assert list(PersonLink.objects.values_list("id", "person_id")) == before


def test_late_bridge_joins_two_persons_into_the_older_one():
    link_patients(patients(("a", "1", ["x|1"]), ("b", "2", ["y|2"])))
    older = person_of("a/1")
    link_patients(patients(("a", "1", ["x|1"]), ("b", "2", ["y|2"]), ("c", "3", ["x|1", "y|2"])))
    assert {person_of(k) for k in ("a/1", "b/2", "c/3")} == {older}
    assert PersonLink.objects.filter(subject_key="b/2", undone_at__isnull=False).count() == 1


def test_patient_set_apart_stays_apart():
    table = patients(("ehr", "1", ["m|9"]), ("hospital", "2", ["m|9"]))
    link_patients(table)
    unlink(subject_key="hospital/2", by="ana")
    link_patients(table)
    assert person_of("ehr/1") != person_of("hospital/2")


def test_unlink_of_an_unknown_key_says_what_to_try():
    with pytest.raises(BadInput, match="person's page"):
        unlink(subject_key="nobody/0", by="ana")


def test_a_person_is_found_by_any_of_their_ids():
    person, other = Person.objects.create(id="a" * 32), Person.objects.create(id="b" * 32)
    for who, key in ((person, "ehr/p1"), (person, "county/77"), (other, "ehr/p2"), (other, "county/p1")):
        PersonLink.objects.create(person=who, subject_key=key, source=key.split("/")[0], reason="test")
    assert {find_person(named) for named in (person.id, "ehr/p1", "county/77", "77")} == {person.id}
    for named, said in (("p1", "more than one"), ("p3", "nobody")):
        with pytest.raises(BadInput, match=said):
            find_person(named)


def test_patients_merged_by_their_system_are_one_person():
    link_patients(patients(("hospital", "old", ["h|1"]), ("hospital", "new", ["h|2"])))
    old, new = person_of("hospital/old"), person_of("hospital/new")
    linked = link_patients(patients(("hospital", "old", ["h|1"], "new"), ("hospital", "new", ["h|2"])))
    assert person_of("hospital/old") == person_of("hospital/new") == new
    assert linked.absorbed == [(old, new)]
    assert PersonLink.objects.get(subject_key="hospital/old", undone_at=None).reason == "merged by its source"


def test_merged_patients_count_as_one_where_an_identifier_must_not_be_shared():
    rows = [("hospital", "old", ["m|9"], "new"), ("hospital", "new", ["m|9"]), ("ehr", "1", ["m|9"])]
    link_patients(patients(*rows))
    assert len({person_of("hospital/old"), person_of("hospital/new"), person_of("ehr/1")}) == 1


def test_a_merge_taken_back_gives_everybody_back_their_person():
    apart = patients(("hospital", "old", ["h|1"]), ("hospital", "new", ["h|2"]))
    link_patients(apart)
    old, new = person_of("hospital/old"), person_of("hospital/new")
    link_patients(patients(("hospital", "old", ["h|1"], "new"), ("hospital", "new", ["h|2"])))
    linked = link_patients(apart)
    assert (person_of("hospital/old"), person_of("hospital/new")) == (old, new)
    assert linked.restored == [(new, old)]


def test_a_merge_does_not_join_whom_somebody_has_set_apart():
    link_patients(patients(("hospital", "old", ["h|1"], "new"), ("hospital", "new", ["h|2"])))
    unlink(subject_key="hospital/new", by="dana")
    link_patients(patients(("hospital", "old", ["h|1"], "new"), ("hospital", "new", ["h|2"])))
    assert person_of("hospital/old") != person_of("hospital/new")


def test_a_merge_with_somebody_unknown_waits():
    link_patients(patients(("hospital", "old", ["h|1"], "new")))
    assert Person.objects.count() == 1
