"""PPR messages become Conditions of the problem list."""

import pytest
from other_messages import every_order, hl7, own_threads, read, segment, the

from bluering.intake.hl7v2.message import Message

THREAD = "problem:CGH/I7"


def ppr(trigger: str, at: str, action: str, *more: str, **fields: str) -> Message:
    told = {1: action, 2: at, 3: "E11.9^Type 2 diabetes^I10C", 4: "I7", 7: "20240101", 14: "ACTIVE", 16: "2019"}
    prb = segment("PRB", {**told, **{int(name[1:]): value for name, value in fields.items()}})
    return hl7(f"PPR^{trigger}", at, prb, *more)


def condition(*messages: Message) -> dict:
    return the("Condition", read(THREAD, *messages))


def test_a_problem():
    made = condition(ppr("PC1", "202402011000", "AD", "NTE|1||Diet tried first"))
    assert made["clinicalStatus"]["coding"][0]["code"] == "active"
    assert made["category"][0]["coding"][0]["code"] == "problem-list-item"
    assert (made["onsetDateTime"], made["recordedDate"]) == ("2019", "2024-01-01")
    assert made["note"] == [{"text": "Diet tried first"}]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"f14": "Resolved"}, "resolved"),
        ({"f14": "", "f9": "20240201"}, "resolved"),
        ({"f14": "Inactive"}, "inactive"),
        ({"f14": ""}, "active"),
    ],
)
def test_its_life(fields, status):
    assert condition(ppr("PC2", "202402011000", "UP", **fields))["clinicalStatus"]["coding"][0]["code"] == status


def test_deleted_it_is_an_error():
    made = condition(ppr("PC1", "202402011000", "AD"), ppr("PC3", "202402021000", "DE"))
    assert made["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert "clinicalStatus" not in made


def test_every_order_of_arrival_gives_the_same():
    life = [
        ppr("PC1", "202402011000", "AD"),
        ppr("PC2", "202402021000", "UP", f14="Resolved", f9="20240220"),
        ppr("PC2", "202402031000", "UP", f13="Confirmed", f14="Resolved"),
    ]
    (made,) = [one for one in every_order(THREAD, life) if one["resourceType"] == "Condition"]
    assert (made["abatementDateTime"], made["clinicalStatus"]["coding"][0]["code"]) == ("2024-02-20", "resolved")


def test_without_an_instance_patient_and_code_are_the_key():
    message = ppr("PC1", "202402011000", "AD", f4="")
    (thread,) = own_threads(message)
    assert the("Condition", read(thread, message))["code"]["text"] == "Type 2 diabetes"
