"""RDE, RDS and RAS messages: medicines ordered, dispensed and given."""

import pytest
from other_messages import every_order, hl7, own_threads, read, segment, the

from bluering.intake.hl7v2.message import Message

THREAD = "medicine:EHR/M1"


def rde(
    at: str = "202402011000",
    control: str = "NW",
    *more: str,
    kind: str = "RDE^O11",
    tq1: str = "TQ1|1||BID",
    **fields: str,
) -> Message:
    orc = segment("ORC", {1: control, 2: "M1^EHR", 9: "202402010900", 12: "77^Okafor^Ada"})
    told = {
        2: "860975^Metformin 500 mg^RXNORM",
        3: "1",
        5: "TAB^tablet^L",
        7: "^Take with food",
        10: "60",
        11: "TAB",
        12: "3",
        15: "RX5",
    }
    rxe = segment("RXE", {**told, **{int(name[1:]): value for name, value in fields.items()}})
    return hl7(kind, at, orc, rxe, *filter(None, [tq1]), "RXR|PO^Oral^HL70162", *more)


def request(*messages: Message) -> dict:
    return the("MedicationRequest", read(THREAD, *messages))


def test_a_prescription():
    made = request(rde())
    assert (made["status"], made["intent"], made["authoredOn"]) == ("active", "order", "2024-02-01T09:00:00-06:00")
    assert made["medicationCodeableConcept"]["coding"][0]["code"] == "860975"
    (dose,) = made["dosageInstruction"]
    assert (dose["text"], dose["route"]["text"]) == ("Take with food", "Oral")
    assert dose["timing"]["repeat"] == {"frequency": 2, "period": 1, "periodUnit": "d"}
    assert dose["doseAndRate"] == [{"doseQuantity": {"value": 1, "unit": "tablet"}}]
    assert made["dispenseRequest"] == {"quantity": {"value": 60, "unit": "TAB"}, "numberOfRepeatsAllowed": 3}
    assert made["requester"]["display"] == "Ada Okafor"


@pytest.mark.parametrize(
    ("control", "status"),
    [("XO", "active"), ("CA", "cancelled"), ("DC", "stopped"), ("OD", "stopped"), ("HD", "on-hold")],
)
def test_what_becomes_of_a_prescription(control, status):
    assert request(rde("202402011000"), rde("202402021000", control))["status"] == status


@pytest.mark.parametrize(
    ("pattern", "repeat"),
    [
        ("QID", {"frequency": 4, "period": 1, "periodUnit": "d"}),
        ("Q8H", {"frequency": 1, "period": 8, "periodUnit": "h"}),
        ("Q2W", {"frequency": 1, "period": 2, "periodUnit": "wk"}),
        ("PRNQ6H", {"frequency": 1, "period": 6, "periodUnit": "h"}),
        ("AT BEDTIME", None),
        ("Q0H", None),
    ],
)
def test_how_often(pattern, repeat):
    (dose,) = request(rde(tq1=f"TQ1|1||{pattern}"))["dosageInstruction"]
    assert dose["timing"].get("repeat") == repeat
    assert dose["timing"]["code"]["text"] == pattern
    assert dose.get("asNeededBoolean", False) == pattern.startswith("PRN")


def test_timing_of_old_messages_and_a_range_of_doses():
    (dose,) = request(rde(tq1="", f1="1^TID^^20240201^20240211", f4="2"))["dosageInstruction"]
    assert dose["timing"]["repeat"]["frequency"] == 3
    assert dose["timing"]["repeat"]["boundsPeriod"] == {"start": "2024-02-01", "end": "2024-02-11"}
    assert dose["doseAndRate"][0]["doseRange"]["high"] == {"value": 2, "unit": "tablet"}


def test_an_order_as_asked_for_comes_by_orm_and_omp_too():
    for kind in ("ORM^O01", "OMP^O09"):
        message = hl7(kind, "202402011000", "ORC|NW|M1^EHR", "RXO|860975^Metformin^RXNORM|1||TAB|||^Twice daily||N")
        made = request(message)
        assert (made["dosageInstruction"][0]["text"], made["substitution"]) == (
            "Twice daily",
            {"allowedBoolean": False},
        )
        assert own_threads(message) == [THREAD]


def test_a_dispense_belongs_to_its_prescription():
    message = rde("202402021000", "RE", "RXD|1|860975^Metformin^RXNORM|202402021000|60|TAB||RX5", kind="RDS^O13")
    own = own_threads(message)
    assert own == [THREAD, "dispense:EHR/M1/1@202402021000"]
    made = the("MedicationDispense", read(own[1], message))
    assert (made["status"], made["whenHandedOver"]) == ("completed", "2024-02-02T10:00:00-06:00")
    assert made["quantity"] == {"value": 60, "unit": "TAB"}
    assert made["authorizingPrescription"] == [{"reference": f"MedicationRequest/{request(rde())['id']}"}]


def test_a_dispense_does_not_open_a_stopped_prescription_again():
    handed = rde("202402031000", "RE", "RXD|1|860975^Metformin^RXNORM|202402021000|60", kind="RDS^O13")
    assert request(rde("202402011000"), rde("202402021000", "DC"), handed)["status"] == "stopped"


@pytest.mark.parametrize(("completion", "status"), [("CP", "completed"), ("RE", "not-done")])
def test_an_administration(completion, status):
    rxa = f"RXA|0|1|202402011200||860975^Metformin^RXNORM|500|mg||||||||||||||{completion}".replace("|" * 14, "|" * 13)
    message = hl7("RAS^O17", "202402011201", "ORC|RE|M1^EHR", rxa)
    (thread,) = own_threads(message)
    made = the("MedicationAdministration", read(thread, message))
    assert (made["status"], made["dosage"]["dose"]) == (status, {"value": 500, "unit": "mg"})


def test_every_order_of_arrival_gives_the_same():
    life = [
        rde("202402011000"),
        rde("202402021000", "XO", f12="5"),
        rde("202402031000", "DC", f12=""),
        rde("202402041000", "RE", "RXD|1|860975^Metformin^RXNORM|202402021000|60", kind="RDS^O13"),
    ]
    (made,) = [one for one in every_order(THREAD, life) if one["resourceType"] == "MedicationRequest"]
    assert (made["status"], made["dispenseRequest"]["numberOfRepeatsAllowed"]) == ("stopped", 5)


@pytest.mark.parametrize("kind", ["RDE^O11", "ORM^O01"])
def test_a_cancellation_without_rxe_finds_its_prescription(kind):
    cancel = hl7(kind, "202402021000", "ORC|CA|M1^EHR")
    assert THREAD in own_threads(cancel)
    assert request(rde("202402011000"), cancel)["status"] == "cancelled"
