"""What of a message is not kept is said beside its source; nothing is dropped without a word."""

import pytest
from messages import adt, arrive, rows

from bluering import pipeline
from bluering.intake import arrivals
from bluering.intake.arrivals import Incoming
from bluering.intake.models import Arrival
from bluering.quality.run import mind_sources

pytestmark = pytest.mark.django_db
NO_NUMBER = "PV1-19: neither a visit number nor a time of admission; ask the sender to number visits"


def without_a_number(event: str, **more) -> bytes:
    return adt(event, "1", "202611200800", visit="", **more)


@pytest.mark.parametrize("event", ["A01", "A03", "A05", "A11", "A12"])
def test_an_event_of_a_visit_that_names_none_says_so(event):
    arrive(without_a_number(event))
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.reason) == ("done", NO_NUMBER)


@pytest.mark.parametrize("event", ["A28", "A31", "A40"])
def test_an_event_of_a_person_needs_no_visit(event):
    arrive(without_a_number(event, more="MRG|4712^^^GENERAL^MR"))
    assert Arrival.objects.get().reason == ""


def test_each_piece_that_is_not_kept_is_named_once():
    more = "GT1|1\rGT1|2\rZPV|a\rROL|1"
    arrive(adt("A01", "1", "202611200800", more=more), adt("A03", "2", "202611201800", more=more))
    notes = Arrival.objects.exclude(reason="").get().reason.split("\n")
    assert [note.split(":")[0] for note in notes] == ["GT1", "ROL", "ZPV"]


def test_a_result_that_speaks_of_a_visit_is_no_update_of_it():
    arrive(
        b"MSH|^~\\&|LAB|GENERAL|B|M|202611200800||ORU^R01|9|P|2.5\rPID|1||4711^^^GENERAL^MR||Lind^Ada\r"
        b"PV1|1|I|||||||||||||||||V9\rOBR|1||55|2345-7^Glucose^LN\rOBX|1|NM|2345-7^Glucose^LN||98|mg/dL|||||F\r"
    )
    assert Arrival.objects.get().reason == ""


def test_a_heading_whose_fields_are_shifted_is_set_apart():
    raw = b"MSH|^~\\&|APP|GENERAL|MAPLE|20261120||ADT^A40|102|P|2.3\rPID|||4711^^^GENERAL^MR\r"
    arrivals.keep([Incoming("hospital", "hl7v2", "APP|GENERAL", "P", raw)])
    pipeline.process_arrivals()
    arrival = Arrival.objects.get()
    assert arrival.state == "quarantined" and arrival.reason.startswith("MSH-9: no type of message")


def test_an_event_in_small_letters_is_the_same_event():
    arrive(adt("A01", "1", "202611200800").replace(b"ADT^A01", b"adt^a01"))
    assert Arrival.objects.get().event == "ADT^A01" and rows("encounter", "status") == [("in-progress",)]


def test_the_page_of_the_source_counts_it(client, wen):
    arrive(
        adt("A01", "1", "202611200800", more="GT1|1"),
        adt("A01", "2", "202611200801", mrn="4712", visit="V2", more="GT1|1"),
    )
    mind_sources()
    client.force_login(wen)
    said = client.get("/sources/hospital/").content.decode()
    assert "Not kept of its messages" in said and "guarantors are not kept" in said and "<strong>2</strong>" in said
