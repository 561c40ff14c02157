"""ORM, OMG and OML messages become ServiceRequests."""

import pytest
from other_messages import every_order, hl7, own_threads, read, segment, the

from bluering.intake.hl7v2.message import Message

THREAD = "order:EHR/P5"


def orm(
    at: str, control: str, status: str = "", *more: str, kind: str = "ORM^O01", result: str = "", **fields: str
) -> Message:
    orc = {1: control, 2: "P5^EHR", 3: "F5^LAB", 5: status, 9: "202402010900", 12: "77^Okafor^Ada"}
    obr = {1: "1", 2: "P5^EHR", 3: "F5^LAB", 4: "24323-8^Metabolic panel^LN", 24: "CH", 25: result}
    obr |= {int(name[1:]): value for name, value in fields.items()}
    return hl7(kind, at, segment("ORC", orc), segment("OBR", obr), *more)


def request(*messages: Message) -> dict:
    return the("ServiceRequest", read(THREAD, *messages))


def test_a_new_order():
    made = request(orm("202402010901", "NW", "", "NTE|1||Fasting", "DG1|1||E11.9^Diabetes^I10C", f5="S"))
    assert (made["status"], made["intent"], made["priority"]) == ("active", "order", "stat")
    assert made["code"]["text"] == "Metabolic panel"
    assert made["category"][0]["coding"][0]["display"] == "Laboratory procedure"
    assert made["authoredOn"] == "2024-02-01T09:00:00-06:00"
    assert made["requester"]["display"] == "Ada Okafor"
    assert made["note"] == [{"text": "Fasting"}]
    assert made["reasonCode"][0]["coding"][0]["code"] == "E11.9"
    assert [one["value"] for one in made["identifier"]] == ["P5", "F5"]


@pytest.mark.parametrize(
    ("life", "status"),
    [
        (["NW"], "active"),
        (["NW", "CA"], "revoked"),
        (["NW", "OC"], "revoked"),
        (["NW", "DC"], "revoked"),
        (["NW", "HD"], "on-hold"),
        (["NW", "HD", "RL"], "active"),
        (["NW", "SC:IP"], "active"),
        (["NW", "SC:CM"], "completed"),
        (["NW", "SC:CA"], "revoked"),
        (["NW", "SC:ER"], "entered-in-error"),
        (["NW", "CA", "XO"], "revoked"),
        (["NW", "CA", "NW"], "active"),
        (["NW", "SC:CM", "XO"], "completed"),
        (["NW", "SC:CM", "CA"], "completed"),
        (["NW", "RP"], "revoked"),
        (["RO"], "active"),
        (["NW", "DE"], "entered-in-error"),
    ],
)
def test_what_becomes_of_an_order(life, status):
    told = [orm(f"2024020110{n:02}", *one.split(":")) for n, one in enumerate(life)]
    assert request(*told)["status"] == status


@pytest.mark.parametrize("kind", ["ORM^O01", "OMG^O19", "OML^O21", "OMI^O23"])
def test_every_kind_of_order(kind):
    assert request(orm("202402010901", "NW", kind=kind))["status"] == "active"


def test_every_order_of_arrival_gives_the_same():
    life = [
        orm("202402011000", "NW"),
        orm("202402011100", "XO", f5="A"),
        orm("202402011200", "SC", "IP"),
        orm("202402011300", "RE", "", kind="ORU^R01", result="F"),
    ]
    (made,) = [one for one in every_order(THREAD, life) if one["resourceType"] == "ServiceRequest"]
    assert (made["status"], made["priority"]) == ("completed", "asap")


def test_a_cancellation_often_has_no_obr():
    cancel = hl7("ORM^O01", "202402011100", "ORC|CA|P5^EHR|F5^LAB")
    made = request(orm("202402011000", "NW"), cancel)
    assert (made["status"], made["code"]["text"]) == ("revoked", "Metabolic panel")
    alone = read(THREAD, cancel)
    assert (alone.resources, alone.not_mapped[0].place) == ([], "ORC")


def test_what_a_result_says_does_not_override_the_order():
    result = orm("202402011300", "RE", "", kind="ORU^R01", result="P", f4="999^Another name^L")
    assert request(orm("202402011000", "NW"), result)["code"]["text"] == "Metabolic panel"


def test_several_orders_of_one_message():
    message = hl7("ORM^O01", "202402011000", "ORC|NW|P5^EHR", "OBR|1|||1^CT^L", "ORC|NW|P6^EHR", "OBR|1|||2^MR^L")
    assert own_threads(message) == [THREAD, "order:EHR/P6"]
    assert request(message)["code"]["text"] == "CT"


@pytest.mark.parametrize(
    "orc", ["ORC|NW|||G1^EHR|||||202402010900", "ORC|NW||||||||202402010900"], ids=["group number", "no number"]
)
def test_orders_without_a_number_are_kept_and_told_apart(orc):
    message = hl7("OML^O21", "202402011000", orc, "OBR|1|||1^Lipids^LN", orc, "OBR|2|||2^Glucose^LN")
    threads = own_threads(message)
    names = [the("ServiceRequest", read(thread, message))["code"]["text"] for thread in threads]
    assert names == ["Lipids", "Glucose"]


def test_times_of_an_order():
    message = orm("202402011000", "NW", "", "TQ1|1||||||202402050800|202402051000|A")
    assert request(message)["occurrencePeriod"]["end"] == "2024-02-05T10:00:00-06:00"
    assert request(message)["priority"] == "asap"


def test_reflex_orders_and_supplies():
    assert request(orm("202402011000", "NW", f11="G"))["intent"] == "reflex-order"
    supplies = hl7("ORM^O01", "202402011000", "ORC|NW|P9^EHR", "RQD|1|23455^Implant")
    assert own_threads(supplies) == []
