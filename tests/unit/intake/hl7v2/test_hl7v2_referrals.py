"""REF messages become a ServiceRequest and a Task."""

import pytest
from other_messages import PID, all_of, every_order, read, segment, the

from bluering.intake.hl7v2.message import Message

THREAD = "referral:EHR/R9"
SIDES = (
    "PRD|RP^Referring provider^HL70286|Lind^Per^^^Dr|||||55^NPI",
    "PRD|RT^Referred to provider^HL70286|Okafor^Ada|12 Elm St^^Troy^OH||||77^NPI||Elm Cardiology",
)


def ref(trigger: str, at: str, status: str = "P", *more: str, kind: str = "REF", sides=SIDES, **fields: str) -> Message:
    told = {1: status, 2: "A", 3: "CARD^Cardiology^L", 6: "R9^EHR", 7: "20240201", 8: "20240501", 9: "20240201"}
    rf1 = segment("RF1", {**told, **{int(name[1:]): value for name, value in fields.items()}})
    head = f"MSH|^~\\&|REFS|CGH|||{at}||{kind}^{trigger}|{trigger}{at}|P|2.5.1"
    return Message.parse("\r".join([head, rf1, *sides, PID, *more]).encode())


def request(*messages: Message) -> dict:
    return the("ServiceRequest", read(THREAD, *messages))


def test_a_referral():
    made = request(ref("I12", "202402011000", "P", "DG1|1||I50.9^Heart failure^I10C", f10="S^Second opinion^HL70336"))
    assert (made["status"], made["intent"], made["priority"]) == ("active", "order", "asap")
    assert made["category"][0]["coding"][0]["code"] == "3457005"
    assert made["code"]["text"] == "Cardiology"
    assert made["requester"]["display"] == "Dr Per Lind"
    assert made["performer"][0]["display"] == "Ada Okafor"
    assert made["authoredOn"] == "2024-02-01"
    assert made["occurrencePeriod"] == {"start": "2024-02-01", "end": "2024-05-01"}
    assert [one["text"] for one in made["reasonCode"]] == ["Heart failure", "Second opinion"]


@pytest.mark.parametrize(
    ("life", "status", "task"),
    [
        ([("I12", "P")], "active", "requested"),
        ([("I12", "P"), ("I13", "A")], "active", "accepted"),
        ([("I12", "P"), ("I13", "R")], "revoked", "rejected"),
        ([("I12", "P"), ("I13", "E")], "revoked", "failed"),
        ([("I12", "P"), ("I14", "P")], "revoked", "cancelled"),
        ([("I12", "P"), ("I14", "P"), ("I12", "P")], "active", "requested"),
    ],
)
def test_what_becomes_of_a_referral(life, status, task):
    told = [ref(trigger, f"2024020110{n:02}", code) for n, (trigger, code) in enumerate(life)]
    found = read(THREAD, *told)
    assert (the("ServiceRequest", found)["status"], the("Task", found)["status"]) == (status, task)


def test_the_answer_comes_as_rri():
    answer = ref("I12", "202402031000", "A", kind="RRI", sides=())
    found = read(THREAD, ref("I12", "202402011000"), answer)
    assert the("Task", found)["status"] == "accepted"
    assert the("ServiceRequest", found)["performer"][0]["display"] == "Ada Okafor"


def test_every_order_of_arrival_gives_the_same():
    life = [
        ref("I12", "202402011000"),
        ref("I13", "202402021000", "A", f8="20240601"),
        ref("I14", "202402031000", "A", f8=""),
    ]
    made = {one["resourceType"]: one for one in every_order(THREAD, life)}
    assert made["ServiceRequest"]["status"] == "revoked"
    assert made["ServiceRequest"]["occurrencePeriod"]["end"] == "2024-06-01"


def test_where_no_person_is_named_the_organisation_receives():
    side = "PRD|RT^Referred to provider^HL70286|||||||||Elm Cardiology"
    found = read(THREAD, ref("I12", "202402011000", sides=(side,)))
    assert the("ServiceRequest", found)["performer"][0]["display"] == "Elm Cardiology"
    assert the("Organization", found)["name"] == "Elm Cardiology"


def test_both_sides_are_practitioners_by_npi():
    people = all_of("Practitioner", read(THREAD, ref("I12", "202402011000")))
    assert {one["identifier"][0]["system"] for one in people} == {"http://hl7.org/fhir/sid/us-npi"}


def test_what_is_asked_for_and_authorised():
    made = request(ref("I12", "202402011000", "P", "AUT|PPO|P1|Plan|20240101|20240601|A77", "PR1|1||93306^Echo^C4"))
    assert made["orderDetail"][0]["text"] == "Echo"
    assert made["supportingInfo"][0]["identifier"] == {"value": "A77"}


def test_notes_on_results_are_not_those_on_the_referral():
    made = request(ref("I12", "202402011000", "P", "NTE|1||Please see soon", "OBR|1|||1^Echo^L", "NTE|1||Of the echo"))
    assert made["note"] == [{"text": "Please see soon"}]
