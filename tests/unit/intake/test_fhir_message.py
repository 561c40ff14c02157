"""FHIR messages: references inside become Type/id, what is late stays late, and nothing raises whatever the bytes are."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluering.intake.fhir.message import BadMessage, read_heading, read_message

HEADER = {
    "resourceType": "MessageHeader",
    "id": "m1",
    "eventCoding": {"code": "notification-discharge", "display": "Discharge Notification"},
    "source": {"name": "General ADT", "endpoint": "https://general.example/adt"},
    "focus": [{"reference": "urn:uuid:eee"}],
}


def message(*entries, **more) -> bytes:
    header = {"fullUrl": "urn:uuid:mmm", "resource": HEADER}
    bundle = {"resourceType": "Bundle", "type": "message", "timestamp": "2026-03-01T10:00:00Z"}
    return json.dumps(bundle | {"entry": [header, *entries]} | more).encode()


def entry(resource: dict, url: str = "") -> dict:
    return {"resource": resource} | ({"fullUrl": url} if url else {})


def read(*entries, **more):
    return read_message(message(*entries, **more), source="general")


def only(reading, kind: str) -> dict:
    (found,) = [one for one in reading.resources if one["resourceType"] == kind]
    return found


def test_references_inside_the_message_become_type_and_id():
    visit = {"resourceType": "Encounter", "id": "e1", "subject": {"reference": "urn:uuid:ppp"}}
    patient = {"resourceType": "Patient", "id": "p1"}
    reading = read(entry(visit, "urn:uuid:eee"), entry(patient, "urn:uuid:ppp"))
    assert only(reading, "Encounter")["subject"] == {"reference": "Patient/p1"}
    assert only(reading, "MessageHeader")["focus"] == [{"reference": "Encounter/e1"}]


def test_a_reference_that_leads_outside_stays_as_it_is():
    reading = read(entry({"resourceType": "Encounter", "id": "e1", "subject": {"reference": "Patient/elsewhere"}}))
    assert only(reading, "Encounter")["subject"] == {"reference": "Patient/elsewhere"}


@pytest.mark.parametrize(
    ("resource", "url", "expected"),
    [
        ({"id": "own"}, "urn:uuid:1-2", "own"),
        ({"identifier": [{"system": "urn:x", "value": "7"}]}, "https://ehr.example/fhir/Encounter/77", "77"),
        ({}, "urn:uuid:1-2", "1-2"),
    ],
)
def test_a_resource_without_id_is_named_by_its_address_or_uuid(resource, url, expected):
    assert only(read(entry({"resourceType": "Encounter", **resource}, url)), "Encounter")["id"] == expected


def test_an_identifier_names_the_same_resource_in_every_message():
    visit = {"resourceType": "Encounter", "identifier": [{"system": "urn:x", "value": "visit 7"}]}
    first, second = read(entry(visit, "urn:uuid:1")), read(entry(visit, "urn:uuid:2"))
    assert only(first, "Encounter")["id"] == only(second, "Encounter")["id"]


def test_the_senders_own_date_stands_and_a_missing_one_is_the_messages():
    dated = {"resourceType": "Encounter", "id": "e", "meta": {"lastUpdated": "2026-02-01T00:00:00Z"}}
    reading = read(entry(dated), entry({"resourceType": "Patient", "id": "p"}))
    assert only(reading, "Encounter")["meta"]["lastUpdated"] == "2026-02-01T00:00:00Z"
    assert only(reading, "Patient")["meta"]["lastUpdated"] == "2026-03-01T10:00:00.000+00:00"


def test_provenance_names_the_message_and_the_system_that_sent_it():
    made = only(read(entry({"resourceType": "Patient", "id": "p"})), "Provenance")
    assert made["target"] == [{"reference": "Patient/p"}]
    assert made["agent"] == [{"who": {"display": "General ADT"}}]
    assert made["entity"][0]["what"]["identifier"] == {"value": "m1"}
    assert made["activity"] == {"text": "Discharge Notification"}


def test_without_a_timestamp_there_is_no_provenance_and_that_is_said():
    reading = read(entry({"resourceType": "Patient", "id": "p"}), timestamp=None)
    assert [one["resourceType"] for one in reading.resources] == ["MessageHeader", "Patient"]
    assert [one.place for one in reading.not_mapped] == ["Bundle.timestamp"]


def test_one_bad_entry_never_loses_the_others():
    reading = read(
        entry({"resourceType": "Spell", "id": "s"}),
        {"fullUrl": "urn:uuid:x"},
        entry({"resourceType": "Patient", "id": "p"}),
    )
    assert only(reading, "Patient")["id"] == "p"
    assert [one.place for one in reading.unreadable] == ["Bundle.entry[1]", "Bundle.entry[2]"]


def test_the_heading_says_who_sent_what_and_when():
    heading = read_heading(message())
    assert (heading.sender, heading.control_id, heading.event) == ("https://general.example/adt", "m1", "discharge")
    assert heading.sent_at is not None and heading.sent_at.isoformat() == "2026-03-01T10:00:00+00:00"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"MSH|^~\\&|", "line 1, column 1"),
        (b'{"resourceType":"Patient"}', "resourceType"),
        (b'{"resourceType":"Bundle","type":"batch"}', "Bundle.type"),
        (b'{"resourceType":"Bundle","type":"message","entry":[]}', "Bundle.entry[0]"),
        (
            b'{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"Patient"}}]}',
            "Bundle.entry[0]",
        ),
    ],
)
def test_what_is_not_a_message_is_told_by_its_place(raw, place):
    with pytest.raises(BadMessage) as told:
        read_heading(raw)
    assert told.value.place == place
    assert [one.place for one in read_message(raw, source="general").unreadable] == [place]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5) | st.sampled_from(["Patient", "urn:uuid:a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["resourceType", "id", "identifier", "value", "reference", "meta", "lastUpdated", "resource", "fullUrl"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=4), json_values, json_values)
def test_whatever_stands_in_a_message_it_is_read_or_told(entries, timestamp, source):
    header = HEADER | {"source": source, "id": timestamp}
    raw = message(timestamp=timestamp, entry=[{"resource": header}, *entries])
    reading = read_message(raw, source="general")
    usable = [one for one in reading.resources if one["resourceType"] != "Provenance"]
    assert len(usable) + len(reading.unreadable) >= 1 + len(entries)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_message_never_raise(raw):
    assert read_message(raw, source="general").unreadable


def test_deep_nesting_does_no_harm():
    deep = b'{"resourceType":"Bundle","type":"message","entry":' + b"[" * 100_000
    assert read_message(deep, source="general").unreadable
    nested: dict = {"resourceType": "Patient", "id": "p"}
    for _ in range(900):
        nested = {"resourceType": "Patient", "id": "p", "contact": nested}
    assert only(read_message(message(entry(nested)), source="general"), "Patient")["id"] == "p"
