"""VXU messages become Immunizations."""

import pytest
from other_messages import every_order, hl7, own_threads, read, segment, the

from bluering.intake.hl7v2.message import Message

THREAD = "vaccine:IZ/9"


def vxu(at: str = "202402011000", *more: str, orc: str = "ORC|RE||9^IZ", **fields: str) -> Message:
    told = {1: "0", 2: "1", 3: "20240201", 5: "140^Influenza^CVX", 6: "0.5", 7: "mL^millilitre^UCUM", 9: "00"}
    told |= {10: "77^Okafor^Ada", 15: "L55", 16: "20241231", 17: "CSL^CSL Behring^MVX", 20: "CP", 21: "A"}
    rxa = segment("RXA", {**told, **{int(name[1:]): value for name, value in fields.items()}})
    return hl7("VXU^V04", at, *filter(None, [orc]), rxa, "RXR|IM^Intramuscular^HL70162|LD^Left deltoid^HL70163", *more)


def immunization(*messages: Message) -> dict:
    return the("Immunization", read(THREAD, *messages))


def test_a_vaccination():
    made = immunization(vxu())
    assert (made["status"], made["occurrenceDateTime"], made["primarySource"]) == ("completed", "2024-02-01", True)
    assert made["vaccineCode"]["coding"][0] == {
        "system": "http://hl7.org/fhir/sid/cvx",
        "code": "140",
        "display": "Influenza",
    }
    assert (made["lotNumber"], made["expirationDate"], made["manufacturer"]) == (
        "L55",
        "2024-12-31",
        {"display": "CSL Behring"},
    )
    assert made["doseQuantity"] == {"value": 0.5, "unit": "millilitre"}
    assert (made["route"]["text"], made["site"]["text"]) == ("Intramuscular", "Left deltoid")
    assert made["performer"][0]["actor"]["display"] == "Ada Okafor"


@pytest.mark.parametrize(
    ("completion", "action", "status"),
    [
        ("CP", "A", "completed"),
        ("PA", "A", "completed"),
        ("RE", "A", "not-done"),
        ("NA", "A", "not-done"),
        ("CP", "D", "entered-in-error"),
    ],
)
def test_completion_and_action(completion, action, status):
    assert immunization(vxu(f20=completion, f21=action))["status"] == status


def test_a_refusal_says_why():
    assert immunization(vxu(f20="RE", f18="03^Patient decision^NIP002"))["statusReason"]["text"] == "Patient decision"


def test_what_was_told_of_the_past_is_not_first_hand():
    made = immunization(vxu(f9="01^Historical^NIP001", f6="999"))
    assert (made["primarySource"], "doseQuantity" in made) == (False, False)
    assert made["reportOrigin"]["text"] == "Historical"


def test_observations_beside_the_vaccination():
    told = ("OBX|1|CE|64994-7^Eligibility^LN|1|V01^Not eligible^HL70064||||||F", "OBX|2|NM|30973-2^Dose^LN|1|2||||||F")
    made = immunization(vxu("202402011000", *told))
    assert made["programEligibility"][0]["text"] == "Not eligible"
    assert made["protocolApplied"] == [{"doseNumberPositiveInt": 2}]


def test_every_order_of_arrival_gives_the_same():
    life = [vxu("202402011000"), vxu("202402021000", f15="L56", f21="U"), vxu("202402031000", f21="D")]
    (made,) = [one for one in every_order(THREAD, life) if one["resourceType"] == "Immunization"]
    assert made["status"] == "entered-in-error"


def test_9999_is_nobodys_number_and_998_no_vaccination():
    history = vxu(orc="ORC|RE||9999^IZ")
    (thread,) = own_threads(history)
    assert the("Immunization", read(thread, history))["status"] == "completed"
    assert own_threads(vxu(f5="998^No vaccine administered^CVX")) == []


def test_several_vaccinations_without_orc():
    second = "RXA|0|1|20240201||88^Other^CVX|999||||||||||||||CP"
    message = vxu("202402011000", second, orc="")
    assert len(own_threads(message)) == 2
