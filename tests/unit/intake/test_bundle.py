"""Bundles are taken apart byte for byte, with the references between their entries resolved."""

import json

import pytest

from bluering.intake.fhir.bundle import BrokenBundle, read_bundle


def bundle_file(tmp_path, *entries, text=None):
    path = tmp_path / "bundle.json"
    path.write_text(text or json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}))
    return path


def patient(**more):
    return {"fullUrl": "urn:uuid:aaa", "resource": {"resourceType": "Patient", "id": "p1"} | more}


def test_reference_to_a_urn_becomes_type_and_id(tmp_path):
    condition = {"resource": {"resourceType": "Condition", "id": "c1", "subject": {"reference": "urn:uuid:aaa"}}}
    entries = list(read_bundle(bundle_file(tmp_path, condition, patient())))
    assert json.loads(entries[0].text)["subject"]["reference"] == "Patient/p1"


def test_absolute_full_url_is_resolved_too(tmp_path):
    entry = patient() | {"fullUrl": "https://ehr.example/fhir/Patient/p1"}
    visit = {
        "resource": {
            "resourceType": "Encounter",
            "id": "e",
            "subject": {"reference": "https://ehr.example/fhir/Patient/p1"},
        }
    }
    entries = list(read_bundle(bundle_file(tmp_path, entry, visit)))
    assert json.loads(entries[1].text)["subject"]["reference"] == "Patient/p1"


def test_decimals_keep_their_zeros(tmp_path):
    text = '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","id":"o","valueQuantity":{"value":7.10}}}]}'
    assert "7.10" in next(iter(read_bundle(bundle_file(tmp_path, text=text)))).text


def test_resource_without_id_takes_its_entrys_uuid(tmp_path):
    entry = {"fullUrl": "urn:uuid:bbb", "resource": {"resourceType": "Patient"}}
    assert json.loads(next(iter(read_bundle(bundle_file(tmp_path, entry)))).text)["id"] == "bbb"


def test_deletion_is_named_and_not_applied(tmp_path):
    entry = {"request": {"method": "DELETE", "url": "Patient/p1"}}
    assert "deletion" in next(iter(read_bundle(bundle_file(tmp_path, entry)))).reason


def test_truncated_bundle_gives_what_was_whole_and_then_says_where_it_broke(tmp_path):
    whole = json.dumps({"resourceType": "Bundle", "entry": [patient(), patient(id="p2")]})
    entries = read_bundle(bundle_file(tmp_path, text=whole[:-20]))
    assert json.loads(next(entries).text)["id"] == "p1"
    with pytest.raises(BrokenBundle, match="entry 2"):
        next(entries)


def test_bundle_without_entries_is_empty(tmp_path):
    assert list(read_bundle(bundle_file(tmp_path, text='{"resourceType":"Bundle","type":"collection"}'))) == []
