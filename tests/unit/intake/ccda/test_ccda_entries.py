"""Each kind of entry becomes its FHIR resource, and says no more than its sender did."""

import pytest
from ccda_cases import DRUG, LOINC, SNOMED, STATUS, C, allergy, medicine, problem, result, statement

from bluering.intake.ccda.fragments import read_fragment


def read(xml: str, section: str = ""):
    """An entry, in a section with this LOINC code where one is given."""
    wrapped = f'<section><code code="{section}"/><entry>{xml}</entry></section>' if section else xml
    return read_fragment(wrapped.encode(), source="mercy")


def made(xml: str, kind: str, section: str = "") -> dict:
    (resource,) = [one for one in read(xml, section).reading.resources if one["resourceType"] == kind]
    return resource


def code(concept: dict) -> str:
    return concept["coding"][0]["code"]


@pytest.mark.parametrize(
    ("xml", "clinical"),
    [
        (problem(), "active"),
        (problem("completed"), "resolved"),
        (problem("active", '<high value="20240101"/>'), "resolved"),
        (problem("active", '<high nullFlavor="UNK"/>'), "active"),
        (problem("completed", '<high nullFlavor="UNK"/>'), "resolved"),
        (problem("suspended"), "inactive"),
        (problem(inner=STATUS.format(C, "277022003")), "remission"),
    ],
)
def test_a_problem_is_what_its_status_its_end_and_its_concern_say(xml, clinical):
    assert code(made(xml, "Condition")["clinicalStatus"]) == clinical


def test_a_denied_problem_is_refuted():
    refuted = made(problem(more='negationInd="true"'), "Condition")
    assert code(refuted["verificationStatus"]) == "refuted"
    assert "clinicalStatus" not in refuted


def test_no_problem_at_all_is_a_finding():
    xml = problem(more='negationInd="true"').replace("44054006", "55607006")
    assert code(made(xml, "Condition")["code"]) == "160245001"


def test_an_allergy_with_its_reaction_and_severity():
    graded = statement("observation", "8", f'<value xsi:type="CD" code="371924009" {SNOMED}/>')
    hives = f'<value xsi:type="CD" code="247472004" {SNOMED}/><entryRelationship>{graded}</entryRelationship>'
    reaction = statement("observation", "9", hives)
    found = made(
        allergy(inner=f'<entryRelationship typeCode="MFST">{reaction}</entryRelationship>'), "AllergyIntolerance"
    )
    assert (found["category"], code(found["clinicalStatus"])) == (["medication"], "active")
    assert found["reaction"][0]["severity"] == "severe"


@pytest.mark.parametrize(
    ("kind", "none"), [("416098002", "409137002"), ("414285001", "429625007"), ("419199007", "716186003")]
)
def test_no_known_allergies_of_a_kind(kind, none):
    found = made(allergy(kind, "", 'negationInd="true"'), "AllergyIntolerance")
    assert code(found["code"]) == none
    assert "verificationStatus" not in found


def test_a_denied_allergy_is_refuted():
    assert code(made(allergy(more='negationInd="true"'), "AllergyIntolerance")["verificationStatus"]) == "refuted"


def test_a_medicine_that_is_taken_with_its_dosage():
    every = '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="12" unit="h"/></effectiveTime>'
    needed = f'<precondition><criterion><value xsi:type="CD" code="25064002" {SNOMED}/></criterion></precondition>'
    sig = (
        "<entryRelationship>"
        + statement("substanceAdministration", "147", "<text>one twice a day</text>")
        + "</entryRelationship>"
    )
    found = made(medicine(every + '<doseQuantity value="5" unit="mg"/>' + needed + sig), "MedicationStatement")
    (dosage,) = found["dosage"]
    assert (found["status"], dosage["text"]) == ("active", "one twice a day")
    assert dosage["timing"]["repeat"] == {"frequency": 1, "period": 12, "periodUnit": "h"}
    assert dosage["doseAndRate"][0]["doseQuantity"]["value"] == 5
    assert code(dosage["asNeededCodeableConcept"]) == "25064002"


@pytest.mark.parametrize(
    ("mood", "kind", "section"),
    [
        ("EVN", "MedicationStatement", "10160-0"),
        ("INT", "MedicationRequest", "10160-0"),
        ("EVN", "MedicationAdministration", "29549-3"),
    ],
)
def test_mood_and_section_say_whether_it_is_taken_ordered_or_given(mood, kind, section):
    assert code(made(medicine(mood=mood), kind, section)["medicationCodeableConcept"]) == "197361"


@pytest.mark.parametrize(
    ("status", "end", "is_"),
    [
        ("completed", "", "unknown"),
        ("completed", '<high nullFlavor="UNK"/>', "unknown"),
        ("completed", '<high value="20240201"/>', "completed"),
        ("aborted", "", "stopped"),
        ("active", "", "active"),
        ("nonsense", "", "unknown"),
    ],
)
def test_completed_counts_only_with_an_end(status, end, is_):
    assert made(medicine(status=status, end=end), "MedicationStatement")["status"] == is_


def test_a_medicine_not_taken():
    assert made(medicine(more='negationInd="true"'), "MedicationStatement")["status"] == "not-taken"


@pytest.mark.parametrize(
    ("event", "offset", "repeat"),
    [
        ("HS", "", {"when": ["HS"]}),
        ("ACM", '<offset><low value="-1" unit="h"/></offset>', {"when": ["ACM"], "offset": 60}),
        ("PC", '<offset><low value="-1" unit="h"/></offset>', {"when": ["PC"]}),
    ],
)
def test_medicines_at_meals_and_bedtime(event, offset, repeat):
    at = f'<effectiveTime xsi:type="EIVL_TS"><event code="{event}"/>{offset}</effectiveTime>'
    assert made(medicine(at), "MedicationStatement")["dosage"][0]["timing"]["repeat"] == repeat


def test_a_prescription_and_its_dispensing():
    ordered = statement(
        "supply", "17", '<statusCode code="active"/><repeatNumber value="3"/><quantity value="30"/>', "INT"
    )
    given = statement("supply", "18", '<statusCode code="completed"/><effectiveTime value="20240102"/>')
    links = f"<entryRelationship>{ordered}</entryRelationship><entryRelationship>{given}</entryRelationship>"
    document = read(medicine(links))
    found = {one["resourceType"]: one for one in document.reading.resources}
    assert found["MedicationRequest"]["dispenseRequest"] == {"numberOfRepeatsAllowed": 2, "quantity": {"value": 30}}
    assert found["MedicationStatement"]["basedOn"] == [
        {"reference": f"MedicationRequest/{found['MedicationRequest']['id']}"}
    ]
    assert found["MedicationDispense"]["whenHandedOver"] == "2024-01-02"


def test_a_refused_vaccine_and_why():
    why = statement("observation", "53", '<code code="PATOBJ" codeSystem="2.16.840.1.113883.5.8"/>')
    inner = (
        f'<statusCode code="completed"/>{DRUG.format("88")}<entryRelationship typeCode="RSON">{why}</entryRelationship>'
    )
    found = made(statement("substanceAdministration", "52", inner, more='negationInd="true"'), "Immunization")
    assert (found["status"], code(found["statusReason"])) == ("not-done", "PATOBJ")
    assert "valueCode" in found["_occurrenceDateTime"]["extension"][0]


@pytest.mark.parametrize(
    ("value", "name", "is_"),
    [
        ('<value xsi:type="PQ" value="5.5" unit="%"/>', "valueQuantity", {"value": 5.5, "unit": "%", "code": "%"}),
        (
            '<value xsi:type="IVL_PQ"><low value="5" unit="g" inclusive="false"/></value>',
            "valueQuantity",
            {"value": 5, "comparator": ">"},
        ),
        ('<value xsi:type="IVL_PQ"><high value="5" unit="g"/></value>', "valueQuantity", {"comparator": "<="}),
        ('<value xsi:type="ST">yellow</value>', "valueString", "yellow"),
        ('<value xsi:type="INT" value="7"/>', "valueInteger", 7),
        ('<value xsi:type="BL" value="false"/>', "valueBoolean", False),
        ('<value xsi:type="TS" value="20240101"/>', "valueDateTime", "2024-01-01"),
        ('<value xsi:type="CD" code="260373001"/>', "valueCodeableConcept", {"coding": [{"code": "260373001"}]}),
        ('<value xsi:type="PQ" nullFlavor="NASK"/>', "dataAbsentReason", None),
        ('<value value="5" unit="g"/>', "valueQuantity", {"value": 5}),
    ],
)
def test_values_of_every_type(value, name, is_):
    found = made(result(value), "Observation")[name]
    if isinstance(is_, dict):
        assert is_.items() <= found.items()
    else:
        assert found == is_ or (is_ is None and code(found) == "not-asked")


def test_results_stand_in_a_report_with_their_range():
    bounds = '<value xsi:type="IVL_PQ"><low value="4" unit="g"/><high value="6" unit="g"/></value>'
    document = read(
        result(
            '<value xsi:type="PQ" value="5" unit="g"/>',
            f"<referenceRange><observationRange>{bounds}</observationRange></referenceRange>",
        )
    )
    found = {one["resourceType"]: one for one in document.reading.resources}
    assert found["DiagnosticReport"]["result"] == [{"reference": f"Observation/{found['Observation']['id']}"}]
    assert found["Observation"]["referenceRange"][0]["high"]["value"] == 6
    assert code(found["Observation"]["category"][0]) == "laboratory"


def test_what_an_observation_cannot_say_is_listed():
    document = read(
        result('<value xsi:type="ST">x</value>').replace(
            '<observation moodCode="EVN"', '<observation negationInd="true" moodCode="EVN"'
        )
    )
    assert [one["resourceType"] for one in document.reading.resources] == ["DiagnosticReport"]
    assert "negated" in document.reading.not_mapped[0].reason


def test_an_encounter_with_diagnosis_place_and_disposition():
    diagnosis = statement("observation", "4", f'<value xsi:type="CD" code="233604007" {SNOMED}/>')
    act = statement("act", "80", f"<entryRelationship>{diagnosis}</entryRelationship>")
    ward = "<participantRole><playingEntity><name>Ward 3</name></playingEntity></participantRole>"
    inner = '<code code="99213" codeSystem="2.16.840.1.113883.6.12"/><effectiveTime value="20240101"/>'
    inner += '<sdtc:dischargeDispositionCode code="3" codeSystem="2.16.840.1.113883.12.112"/>'
    inner += f'<participant typeCode="LOC">{ward}</participant><entryRelationship>{act}</entryRelationship>'
    document = read(statement("encounter", "49", inner))
    found = {one["resourceType"]: one for one in document.reading.resources}
    visit = found["Encounter"]
    assert (visit["status"], visit["class"]["code"]) == ("finished", "AMB")
    assert visit["location"][0]["location"]["display"] == "Ward 3"
    assert code(visit["hospitalization"]["dischargeDisposition"]) == "snf"
    assert visit["diagnosis"][0]["condition"] == {"reference": f"Condition/{found['Condition']['id']}"}
    assert code(found["Condition"]["category"][0]) == "encounter-diagnosis"


@pytest.mark.parametrize(
    ("xml", "kind", "intent"),
    [
        (statement("procedure", "41", f'<code code="73761001" {SNOMED}/>', "RQO"), "ServiceRequest", "order"),
        (statement("observation", "44", f'<code code="2345-7" {LOINC}/>', "INT"), "ServiceRequest", "plan"),
        (statement("act", "140", f'<code code="44383000" {SNOMED}/>', "PRP"), "ServiceRequest", "proposal"),
        (statement("encounter", "40", f'<code code="185349003" {SNOMED}/>', "RQO"), "ServiceRequest", "order"),
        (statement("encounter", "40", f'<code code="185349003" {SNOMED}/>', "INT"), "Appointment", None),
        (statement("substanceAdministration", "42", DRUG.format("1"), "INT"), "MedicationRequest", "plan"),
        (statement("substanceAdministration", "120", DRUG.format("88"), "RQO"), "MedicationRequest", "order"),
    ],
)
def test_what_is_planned(xml, kind, intent):
    found = made(xml, kind, "18776-5")
    assert found.get("intent") == intent
    assert kind != "Appointment" or found["status"] == "proposed"


def test_a_booked_visit_has_its_times():
    times = '<effectiveTime><low value="202403011000-0600"/><high value="202403011030-0600"/></effectiveTime>'
    found = made(
        statement("encounter", "40", f'<code code="185349003" {SNOMED}/>{times}', "APT"), "Appointment", "18776-5"
    )
    assert (found["status"], found["start"]) == ("booked", "2024-03-01T10:00:00-06:00")


def test_a_plan_holds_its_activities():
    told = statement("act", "20", "<text>Weigh yourself daily</text>", "INT")
    found = made(told, "CarePlan", "18776-5")
    assert found["activity"] == [{"detail": {"status": "unknown", "description": "Weigh yourself daily"}}]


def test_a_goal_with_its_day():
    times = '<effectiveTime><low value="20240101"/><high value="20240601"/></effectiveTime>'
    value = '<value xsi:type="PQ" value="7" unit="%"/>'
    found = made(
        statement(
            "observation", "121", f'<code code="4548-4" {LOINC}/><statusCode code="active"/>{times}{value}', "GOL"
        ),
        "Goal",
    )
    assert (found["lifecycleStatus"], found["startDate"]) == ("active", "2024-01-01")
    assert found["target"][0]["dueDate"] == "2024-06-01"
    assert found["target"][0]["detailQuantity"]["value"] == 7


def test_a_care_team_with_its_members():
    person = '<assignedEntity><id root="1.2" extension="9"/><assignedPerson><name>Dee Dunn</name></assignedPerson></assignedEntity>'
    function = '<sdtc:functionCode code="PCP" codeSystem="2.16.840.1.113883.5.88"/>'
    member = statement("act", "500.1", f"<performer>{function}{person}</performer>")
    found = made(
        statement("organizer", "500", f'<statusCode code="active"/><component>{member}</component>'), "CareTeam"
    )
    (participant,) = found["participant"]
    assert (code(participant["role"][0]), participant["member"]["display"]) == ("PCP", "Dee Dunn")


def test_a_policy_is_a_coverage():
    payer = f'<performer><templateId root="{C}87"/><assignedEntity><representedOrganization><name>Plan</name></representedOrganization></assignedEntity></performer>'
    member = '<participant typeCode="COV"><participantRole><id root="1.2" extension="M1"/><code code="SELF"/></participantRole></participant>'
    policy = statement("act", "61", f'<statusCode code="completed"/>{payer}{member}')
    link = f'<entryRelationship typeCode="COMP"><sequenceNumber value="1"/>{policy}</entryRelationship>'
    found = made(statement("act", "60", link), "Coverage")
    assert (found["subscriberId"], found["order"], found["payor"][0]["display"]) == ("M1", 1, "Plan")
    assert code(found["relationship"]) == "self"


def test_family_history_leaves_out_what_a_relative_did_not_have():
    had = statement("observation", "46", f'<value xsi:type="CD" code="22298006" {SNOMED}/>')
    had_not = statement(
        "observation", "46", f'<value xsi:type="CD" code="195967001" {SNOMED}/>', more='negationInd="true"'
    )
    who = '<subject><relatedSubject><code code="FTH" codeSystem="2.16.840.1.113883.5.111"/></relatedSubject></subject>'
    document = read(statement("organizer", "45", f"{who}<component>{had}</component><component>{had_not}</component>"))
    (found,) = document.reading.resources
    assert [code(one["code"]) for one in found["condition"]] == ["22298006"]
    assert len(document.reading.not_mapped) == 1


def test_a_device_in_use():
    device = f'<participantRole><id root="1.2" extension="d"/><playingDevice><code code="50121007" {SNOMED}/></playingDevice></participantRole>'
    document = read(
        statement("supply", "50", f'<statusCode code="active"/><participant typeCode="PRD">{device}</participant>')
    )
    found = {one["resourceType"]: one for one in document.reading.resources}
    assert found["DeviceUseStatement"]["device"]["reference"] == f"Device/{found['Device']['id']}"


def test_smoking_as_an_assertion_gets_its_question():
    inner = f'<code code="ASSERTION"/><statusCode code="completed"/><value xsi:type="CD" code="266919005" {SNOMED}/>'
    found = made(statement("observation", "78", inner), "Observation")
    assert (code(found["code"]), code(found["category"][0])) == ("72166-2", "social-history")


def test_a_health_concern_marks_the_problem_it_names():
    named = '<entryRelationship><act moodCode="EVN"><templateId root="{}122"/><id root="1.9" extension="p"/></act></entryRelationship>'
    concern = statement("act", "132", named.format(C))
    told = problem().replace(f'<templateId root="{C}4"/>', f'<templateId root="{C}4"/><id root="1.9" extension="p"/>')
    sections = f'<component><section><code code="75310-3"/><entry>{concern}</entry></section></component>'
    sections += f'<component><section><code code="11450-4"/><entry>{told}</entry></section></component>'
    found = made(f"<structuredBody>{sections}</structuredBody>", "Condition")
    assert [code(one) for one in found["category"]] == ["problem-list-item", "health-concern"]


def test_an_unknown_template_is_read_by_section_and_kind():
    xml = f'<observation moodCode="EVN"><code code="8867-4" {LOINC}/><value xsi:type="PQ" value="80"/></observation>'
    assert code(made(xml, "Observation", "8716-3")["category"][0]) == "vital-signs"


def test_an_entry_that_says_nothing_is_listed():
    document = read('<act nullFlavor="NI" moodCode="EVN"/>', "11450-4")
    assert document.reading.resources == []
    assert document.reading.not_mapped[0].reason == "the sender says that there is nothing here"
