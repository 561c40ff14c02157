"""What claims tell of care: where it took place, what was found and done, and how it follows its claim."""

import json

import pytest

from bluering import pipeline
from bluering.identity.models import PersonLink
from bluering.population.stays import stays_in
from bluering.record import charts, engine
from bluering.record.timeline import timeline
from bluering.web.timeline_view import fact_events
from tests.flows.test_load import patient, write
from tests.unit.intake.claims.cclf_files import delivery, record

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def asked(sql: str) -> list[tuple]:
    return engine.connect().execute(sql).fetchall()


def encounters() -> list[tuple]:
    return asked(
        "SELECT status, class_code, start_datetime::DATE::TEXT, end_datetime::DATE::TEXT FROM encounter ORDER BY ALL"
    )


def conditions() -> dict[str, str]:
    return dict(asked("SELECT code, verification_status FROM condition"))


def load(tmp_path, name: str = "a", **files) -> None:
    done = pipeline.load([str(delivery(tmp_path / name, **files))], source="cms")
    assert done.quarantined == []


def test_a_hospital_claim_is_a_stay(tmp_path):
    load(tmp_path, f1=[record("1")], f3=[record("3")], f4=[record("4")], fA=[record("A")])
    assert encounters() == [("finished", "IMP", "2026-03-01", "2026-03-06")]
    assert asked("SELECT discharge_disposition_code FROM encounter") == [("01",)]
    assert conditions() == {"I50.23": "confirmed", "E11.9": "confirmed"}, "what a person came with is no diagnosis"
    assert asked("SELECT code FROM procedure") == [("4A023N7",)]
    assert asked("SELECT DISTINCT tag_codes FROM condition") == [(["claim-derived"],)]


def test_an_office_claim_is_a_visit(tmp_path):
    load(tmp_path, f5=[record("5"), record("5", CLM_LINE_NUM="2", CLM_LINE_HCPCS_CD="36415")])
    assert encounters() == [("finished", "AMB", "2026-03-12", "2026-03-12")]
    assert conditions() == {"I50.22": "provisional", "N18.3": "provisional"}
    assert sorted(asked("SELECT code FROM procedure")) == [("36415",), ("99214",)]


@pytest.mark.parametrize(
    ("pos", "service", "classes"),
    [
        ("21", "99223", []),
        ("23", "99285", []),
        ("02", "99213", ["VR"]),
        ("12", "99348", ["HH"]),
        ("12", "E1390", []),
        ("31", "99308", ["FLD"]),
    ],
)
def test_a_clinicians_claim_is_a_visit_where_no_hospital_tells_of_it(tmp_path, pos, service, classes):
    load(tmp_path, f5=[record("5", CLM_POS_CD=pos, CLM_LINE_HCPCS_CD=service)])
    assert [row[1] for row in encounters()] == classes


@pytest.mark.parametrize(
    ("header", "revenues", "expected"),
    [
        ({"CLM_TYPE_CD": "40", "CLM_BILL_CLSFCTN_CD": "3"}, ["0450", "0300"], ("finished", "EMER")),
        ({"CLM_TYPE_CD": "40", "CLM_BILL_CLSFCTN_CD": "3"}, ["0981"], ("finished", "EMER")),
        ({"CLM_TYPE_CD": "40", "CLM_BILL_CLSFCTN_CD": "3"}, ["0450", "0762"], ("finished", "OBSENC")),
        ({"CLM_TYPE_CD": "40", "CLM_BILL_CLSFCTN_CD": "3"}, ["0510"], ("finished", "AMB")),
        ({"CLM_TYPE_CD": "60"}, ["0120", "0450"], ("finished", "IMP")),
        ({"CLM_TYPE_CD": "20", "CLM_BILL_FAC_TYPE_CD": "2"}, ["0022"], ("finished", "NONAC")),
        ({"CLM_TYPE_CD": "60", "CLM_BILL_FREQ_CD": "2", "BENE_PTNT_STUS_CD": "30"}, ["0120"], ("in-progress", "IMP")),
        ({"CLM_TYPE_CD": "10", "CLM_BILL_FAC_TYPE_CD": "3", "CLM_BILL_CLSFCTN_CD": "2"}, ["0550"], None),
        ({"CLM_TYPE_CD": "50", "CLM_BILL_FAC_TYPE_CD": "8"}, ["0651"], None),
        ({"CLM_TYPE_CD": "40", "CLM_BILL_CLSFCTN_CD": "4"}, ["0300"], None),
    ],
)
def test_where_it_was_by_bill_and_revenue_centre(tmp_path, header, revenues, expected):
    lines = [record("2", CLM_LINE_NUM=str(n), CLM_LINE_PROD_REV_CTR_CD=code) for n, code in enumerate(revenues, 1)]
    load(tmp_path, f1=[record("1", **header)], f2=lines)
    assert [row[:2] for row in encounters()] == ([expected] if expected else [])


def test_a_filled_prescription(tmp_path):
    load(tmp_path, f7=[record("7")])
    said = "SELECT medication_code, medication_system, days_supply, when_handed_over_datetime::DATE::TEXT FROM medication_dispense"
    assert asked(said) == [("00071015723", "http://hl7.org/fhir/sid/ndc", 30, "2026-03-10")]


def test_what_a_cancelled_claim_told_is_cancelled(tmp_path):
    load(tmp_path, f1=[record("1")], f3=[record("3")])
    load(
        tmp_path,
        "b",
        f1=[record("1", CUR_CLM_UNIQ_ID="1000000000002", CLM_ADJSMT_TYPE_CD="1", CLM_EFCTV_DT="2026-04-20")],
    )
    assert {row[0] for row in encounters()} == {"cancelled"}
    assert set(conditions().values()) == {"entered-in-error"}
    assert asked("SELECT DISTINCT status FROM procedure") == [("entered-in-error",)]


def claim(version: str, codes: list[str], **more) -> dict:
    """A claim as Blue Button tells it."""
    return {
        "resourceType": "ExplanationOfBenefit", "id": "carrier--1", "meta": {"lastUpdated": version}, "status": "active", "use": "claim",
        "patient": {"reference": "Patient/p1"}, "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "professional"}]},
        "billablePeriod": {"start": "2026-02-03", "end": "2026-02-03"}, "provider": {"display": "Dr. Okoro"},
        "diagnosis": [{"sequence": n, "diagnosisCodeableConcept": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]}} for n, code in enumerate(codes, 1)],
        "item": [{"sequence": 1, "productOrService": {"coding": [{"code": "99213"}]}, "servicedDate": "2026-02-03", "locationCodeableConcept": {"coding": [{"code": "11"}]}}],
    } | more  # fmt: skip


def test_a_newer_version_takes_back_what_it_no_longer_tells(tmp_path):
    pipeline.load(
        [write(tmp_path, "a.ndjson", patient("p1"), claim("2026-03-01T00:00:00Z", ["E11.9", "I10"]))], source="bcda"
    )
    pipeline.load([write(tmp_path, "b.ndjson", claim("2026-04-01T00:00:00Z", ["I10"]))], source="bcda")
    assert conditions() == {"E11.9": "entered-in-error", "I10": "provisional"}
    again = pipeline.load([write(tmp_path, "c.ndjson", claim("2026-03-01T00:00:00Z", ["E11.9", "I10"]))], source="bcda")
    assert again.loaded == {} and conditions()["E11.9"] == "entered-in-error", (
        "an old version that comes late changes nothing"
    )


def test_a_bill_told_in_pieces_is_put_together(tmp_path):
    pieces = {
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "institutional"}]},
        "facility": {"extension": [
            {"url": "https://bluebutton.cms.gov/resources/variables/clm_fac_type_cd", "valueCoding": {"code": "1"}},
            {"url": "https://bluebutton.cms.gov/resources/variables/clm_srvc_clsfctn_type_cd", "valueCoding": {"code": "1"}}]},
        "supportingInfo": [{"sequence": 1, "category": {"coding": [{"code": "typeofbill"}]}, "code": {"coding": [{"code": "1"}]}}],
    }  # fmt: skip
    pipeline.load(
        [write(tmp_path, "a.ndjson", patient("p1"), claim("2026-03-01T00:00:00Z", ["I10"], **pieces))], source="bcda"
    )
    assert encounters() == [("finished", "IMP", "2026-02-03", "2026-02-03")]


def test_a_claim_that_names_its_visit_tells_of_no_other(tmp_path):
    item = claim("2026-03-01T00:00:00Z", [])["item"][0] | {"encounter": [{"reference": "Encounter/e1"}]}
    pipeline.load(
        [write(tmp_path, "a.ndjson", patient("p1"), claim("2026-03-01T00:00:00Z", ["I10"], item=[item]))], source="ehr"
    )
    assert encounters() == [] and conditions() == {}


def test_the_timeline_tells_a_visit_once(tmp_path):
    visit = {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/p1"},
    }
    days = {"period": {"start": "2026-02-03T10:00:00-06:00", "end": "2026-02-03T10:20:00-06:00"}}
    number = [{"system": "urn:oid:1.2.3", "value": "77"}]
    pipeline.load([write(tmp_path, "a.ndjson", patient("p1", identifier=number), visit | days)], source="ehr")
    told = claim("2026-03-01T00:00:00Z", ["I10"])
    pipeline.load([write(tmp_path, "b.ndjson", patient("p1", identifier=number), told)], source="plan")
    person = PersonLink.objects.filter(undone_at=None).values_list("person_id", flat=True)[0]
    entries = timeline(charts.facts_of(person))
    assert sorted((entry.kind, entry.source) for entry in entries) == [("Claim", "plan"), ("Visit", "ehr")]


def test_a_stay_that_hospital_and_plan_tell_is_one_event(tmp_path):
    number = [{"system": "urn:oid:1.2.3", "value": "77"}]
    stay = {
        "resourceType": "Encounter",
        "id": "s1",
        "status": "finished",
        "class": {"code": "IMP"},
        "subject": {"reference": "Patient/p1"},
        "period": {"start": "2026-02-03T10:00:00-06:00", "end": "2026-02-06T11:20:00-06:00"},
        "serviceProvider": {"display": "County General"},
    }
    billed = claim("2026-03-01T00:00:00Z", ["I10"], type={"coding": [{"code": "institutional"}]}) | {
        "billablePeriod": {"start": "2026-02-03", "end": "2026-02-06"},
        "supportingInfo": [
            {"category": {"coding": [{"code": "typeofbill"}]}, "code": {"coding": [{"code": "0111"}]}, "sequence": 1}
        ],
        "provider": {"identifier": {"value": "1234567893"}},
    }
    pipeline.load([write(tmp_path, "a.ndjson", patient("p1", identifier=number), stay)], source="county")
    pipeline.load([write(tmp_path, "b.ndjson", patient("p1", identifier=number), billed)], source="plan")
    person = PersonLink.objects.filter(undone_at=None).values_list("person_id", flat=True)[0]
    facts = charts.facts_of(person)
    stays = stays_in(person, facts)
    assert [(one.kind, one.sources, one.key) for one in stays] == [
        ("hospital", ("county", "plan"), "county/Encounter/s1")
    ]
    shown = [one for one in fact_events(timeline(facts), stays=stays) if one.kind == "Visit"]
    assert [(one.title, one.detail) for one in shown] == [
        ("Hospital stay", "County General · finished · also told by Plan")
    ]


def test_what_is_only_asked_for_is_no_care(tmp_path):
    pipeline.load(
        [write(tmp_path, "a.ndjson", patient("p1"), claim("2026-03-01T00:00:00Z", ["I10"], use="preauthorization"))],
        source="bcda",
    )
    assert encounters() == [] and conditions() == {}


def test_nothing_of_a_derived_resource_is_null(tmp_path):
    load(tmp_path, **{f"f{number}": [record(number)] for number in "123456789AB"})
    for name in ("Encounter", "Condition", "Procedure", "MedicationDispense"):
        rows = engine.plain().execute(f"SELECT resource FROM {engine.source_rows(engine.main_table(name))}").fetchall()
        assert rows and all(None not in flat(json.loads(text)) for (text,) in rows)


def flat(thing) -> list:
    if isinstance(thing, dict):
        return [leaf for value in thing.values() for leaf in flat(value)]
    return [leaf for value in thing for leaf in flat(value)] if isinstance(thing, list) else [thing]
