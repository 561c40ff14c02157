"""What R4 says of its own types, checked against the published specification's pages."""

from bluering.terminology import fhir_r4


def test_r4_has_146_concrete_resource_types_and_our_friends_are_among_them():
    assert {"Patient", "Observation", "Bundle", "Binary", "ExplanationOfBenefit"} <= fhir_r4.resource_types()
    assert not {"Resource", "DomainResource", "HumanName"} & fhir_r4.resource_types()
    assert len(fhir_r4.resource_types()) == 146


def test_an_element_knows_its_type_and_whether_it_repeats():
    assert fhir_r4.element("Patient", "name") == fhir_r4.Element("name", "HumanName", True)
    assert fhir_r4.element("Patient", "birthDate") == fhir_r4.Element("birthDate", "date", False)
    assert fhir_r4.element("QuestionnaireResponse.item.answer", "item").type == "QuestionnaireResponse.item"
    assert fhir_r4.element("Patient", "nickname") is None


def test_a_choice_is_found_by_the_type_chosen():
    assert fhir_r4.choice("Observation", "value", "Quantity").json_name == "valueQuantity"
    assert fhir_r4.choice("Observation", "value", "Address") is None
    assert fhir_r4.choices("Patient", "deceased") == ("boolean", "dateTime")


def test_json_kinds_spell_choices_out():
    kinds = fhir_r4.json_kinds("Patient")
    assert kinds["name"] == ("ARRAY",)
    assert kinds["deceasedBoolean"] == ("BOOLEAN",)
    assert kinds["birthDate"] == ("VARCHAR",)
    assert kinds["maritalStatus"] == ("OBJECT",)
