"""Who treats and where, told by several systems: one by a number that holds, else by name and address, else apart."""

import pytest

from bluering import pipeline
from bluering.identity.models import PersonLink
from bluering.record import charts, providers
from bluering.record.models import Provider, ProviderTelling
from tests.flows.test_load import write

pytestmark = [pytest.mark.django_db, pytest.mark.long]

NPI = "http://hl7.org/fhir/sid/us-npi"
GOOD, OTHER, BAD = "1999900073", "1999900081", "1999900074"
LANE = {"line": ["12 Mt. Olive Ave, Ste 4"], "city": "Lakeside", "postalCode": "55731-2210"}
LANE_AGAIN = {"line": ["12 Mount Olive Avenue Suite 4"], "city": "LAKESIDE", "postalCode": "55731"}


def doctor(key: str, family: str = "Love", given: str = "Samuel", number: str = "", **told) -> dict:
    numbers = {"identifier": [{"system": NPI, "value": number}]} if number else {}
    return {"resourceType": "Practitioner", "id": key, "name": [{"family": family, "given": [given]}]} | numbers | told


def house(key: str, name: str, number: str = "", **told) -> dict:
    numbers = {"identifier": [{"system": NPI, "value": number}]} if number else {}
    return {"resourceType": "Organization", "id": key, "name": name} | numbers | told


def load(tmp_path, source: str, *resources: dict) -> None:
    pipeline.load([write(tmp_path, f"{source}.ndjson", *resources)], source=source)


def told() -> set[frozenset[str]]:
    """Which tellings are one provider."""
    groups: dict[str, set[str]] = {}
    for telling, key in ProviderTelling.objects.values_list("telling", "provider_id"):
        groups.setdefault(key, set()).add(telling)
    return {frozenset(group) for group in groups.values()}


def one(*tellings: str) -> bool:
    return any(set(tellings) <= group for group in told())


def test_one_number_is_one_clinician_however_the_name_is_spelled(tmp_path):
    load(tmp_path, "ehr", doctor("d1", number=GOOD))
    load(tmp_path, "plan", doctor("x9", family="LOVE", given="SAM", number=GOOD))
    assert providers.refresh() == 1 and one("ehr/d1", "plan/x9")
    assert Provider.objects.get().npi == GOOD


def test_a_number_that_fails_its_check_digit_joins_nobody(tmp_path):
    load(tmp_path, "ehr", doctor("d1", number=BAD))
    load(tmp_path, "plan", doctor("x9", family="Kidney", number=BAD))
    assert providers.refresh() == 2 and not Provider.objects.exclude(npi="").exists()


def test_name_and_address_are_one_though_abbreviated_and_with_a_longer_zip(tmp_path):
    load(tmp_path, "ehr", house("h1", "The St. Luke Clinic, Inc.", address=[LANE]))
    load(tmp_path, "plan", house("h9", "SAINT LUKE CLINIC", address=[LANE_AGAIN]))
    assert providers.refresh() == 1 and one("ehr/h1", "plan/h9")


def test_one_name_at_two_addresses_and_a_name_without_one_stay_apart(tmp_path):
    elsewhere = {"line": ["900 Main St"], "city": "Millbrook", "postalCode": "55301"}
    load(tmp_path, "ehr", doctor("d1", address=[LANE]), doctor("d2", address=[elsewhere]), doctor("d3"))
    assert providers.refresh() == 3


def test_who_gives_no_number_is_the_only_one_there_who_has_one(tmp_path):
    load(tmp_path, "ehr", doctor("d1", number=GOOD, address=[LANE]))
    load(tmp_path, "plan", doctor("x9", address=[LANE_AGAIN]))
    assert providers.refresh() == 1 and one("ehr/d1", "plan/x9")


def test_two_numbers_at_one_address_claim_nobody_else(tmp_path):
    load(tmp_path, "ehr", doctor("d1", number=GOOD, address=[LANE]), doctor("d2", number=OTHER, address=[LANE]))
    load(tmp_path, "plan", doctor("x9", address=[LANE_AGAIN]))
    assert providers.refresh() == 3 and not one("ehr/d1", "plan/x9")


def test_a_clinician_is_no_organisation_though_both_are_called_the_same(tmp_path):
    load(tmp_path, "ehr", doctor("d1", family="Love", given="", address=[LANE]), house("h1", "Love", address=[LANE]))
    assert providers.refresh() == 2


def test_making_it_again_changes_nothing_and_what_is_no_longer_told_goes(tmp_path):
    load(tmp_path, "ehr", doctor("d1", number=GOOD))
    providers.refresh()
    before = list(Provider.objects.values())
    assert providers.refresh() == 1 and list(Provider.objects.values()) == before
    load(tmp_path, "ehr", doctor("d1", number=OTHER))
    assert providers.refresh() == 1 and Provider.objects.get().npi == OTHER


def test_a_chart_finds_whom_its_facts_name_in_two_queries(tmp_path, django_assert_max_num_queries):
    patient = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Hale"}], "generalPractitioner": [{"reference": "Practitioner/d1"}]}  # fmt: skip
    load(tmp_path, "ehr", doctor("d1", number=GOOD), patient)
    load(tmp_path, "plan", doctor("x9", number=GOOD))
    providers.refresh()
    tables = charts.facts_of(PersonLink.objects.get(subject_key="ehr/p1").person_id)
    with django_assert_max_num_queries(2):
        found = providers.directory_of(tables)
    assert found.by_telling["ehr/d1"].key == f"npi|{GOOD}"
