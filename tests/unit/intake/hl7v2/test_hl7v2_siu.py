"""SIU messages become Appointments."""

import pytest
from other_messages import PID, SENDER, all_of, every_order, hl7, own_threads, read, segment, the

from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.threads import threads_of, why_not

THREAD = "appointment:CGH/F77"


def sch(**fields: str) -> str:
    """SCH with the two numbers; `f7="..."` gives SCH-7."""
    return segment("SCH", {1: "P12", 2: "F77", **{int(name[1:]): value for name, value in fields.items()}})


def siu(trigger: str, at: str, heading: str, *more: str) -> Message:
    return Message.parse(
        "\r".join([f"MSH|^~\\&|SCHED|CGH|||{at}||SIU^{trigger}|{trigger}{at}|P|2.5.1", heading, PID, *more]).encode()
    )


def booked(*messages: Message) -> dict:
    return the("Appointment", read(THREAD, *messages))


CLINIC = (
    "RGS|1",
    "AIS|1|A|306206005^Cardiology visit^SCT|202403041000|||30|min",
    "AIP|1|A|7788^Okafor^Ada^^^Dr|CARD^Cardiologist^L|||||||BOOKED",
    "AIL|1|A|CLINIC^4^^CGH|C^Clinic^HL70305",
)


def test_a_booking_names_time_people_and_places():
    made = booked(siu("S12", "202402011200", sch(f7="FOLLOW^Follow-up", f8="Normal"), *CLINIC))
    assert made["status"] == "booked"
    assert (made["start"], made["end"], made["minutesDuration"]) == (
        "2024-03-04T10:00:00-06:00",
        "2024-03-04T10:30:00-06:00",
        30,
    )
    assert made["description"] == "Cardiology visit"
    names = [one["actor"].get("display") for one in made["participant"]]
    assert names[1:] == ["Dr Ada Okafor", "CGH, CLINIC, 4"]
    assert [one["status"] for one in made["participant"]] == ["accepted"] * 3
    assert made["participant"][1]["type"][0]["text"] == "Cardiologist"


def test_clinicians_and_places_are_resources_of_their_own():
    found = read(THREAD, siu("S12", "202402011200", sch(), *CLINIC))
    assert the("Practitioner", found)["identifier"] == [{"value": "7788"}]
    assert the("Location", found)["name"] == "CGH, CLINIC, 4"


@pytest.mark.parametrize(
    ("heading", "more", "start", "end"),
    [
        (sch(f11="1^^^202403041000^202403041020"), (), "2024-03-04T10:00:00-06:00", "2024-03-04T10:20:00-06:00"),
        (
            sch(f9="45", f10="min^Minutes", f11="^^^202403041000"),
            (),
            "2024-03-04T10:00:00-06:00",
            "2024-03-04T10:45:00-06:00",
        ),
        (sch(f9="1", f10="HR", f11="^^^202403041000"), (), "2024-03-04T10:00:00-06:00", "2024-03-04T11:00:00-06:00"),
        (
            sch(f11="^^^202403041000"),
            ("TQ1|1||||||202403051100|202403051130",),
            "2024-03-05T11:00:00-06:00",
            "2024-03-05T11:30:00-06:00",
        ),
        (sch(f9="5", f10="fortnights", f11="^^^202403041000"), (), "2024-03-04T10:00:00-06:00", None),
        (sch(f11="^^^20240304"), (), "2024-03-04", None),
        (sch(), (), None, None),
    ],
)
def test_times_stand_in_several_places(heading, more, start, end):
    made = booked(siu("S12", "202402011200", heading, *more))
    assert (made.get("start"), made.get("end")) == (start, end)


@pytest.mark.parametrize(
    ("trigger", "filler", "status"),
    [
        ("S12", "", "booked"),
        ("S12", "Pending", "pending"),
        ("S14", "Started", "checked-in"),
        ("S14", "Complete", "fulfilled"),
        ("S14", "Checked-In", "checked-in"),
        ("S14", "Something local", "booked"),
        ("S14", "Noshow", "noshow"),
        ("S15", "Booked", "cancelled"),
        ("S16", "", "cancelled"),
        ("S17", "", "entered-in-error"),
        ("S26", "", "noshow"),
    ],
)
def test_events_and_the_fillers_status(trigger, filler, status):
    assert booked(siu(trigger, "202402011200", sch(f25=filler)))["status"] == status


def test_a_rebooking_moves_it_and_the_old_time_goes():
    first = siu("S12", "202402011200", sch(), "TQ1|1||||||202403041000|202403041030", *CLINIC)
    moved = siu("S13", "202402021200", sch(f9="30", f11="^^^202403111400"))
    made = booked(first, moved)
    assert (made["start"], made["end"]) == ("2024-03-11T14:00:00-05:00", "2024-03-11T14:30:00-05:00")
    assert len(made["participant"]) == 3


def test_a_cancellation_says_why_and_nobody_takes_part():
    made = booked(siu("S12", "202402011200", sch(), *CLINIC), siu("S15", "202402021200", sch(f6="SICK^Clinician ill")))
    assert made["status"] == "cancelled"
    assert made["cancelationReason"]["text"] == "Clinician ill"
    assert {one["status"] for one in made["participant"]} == {"declined"}


def test_a_change_after_a_cancellation_does_not_book_it_again():
    last = siu("S14", "202402031200", sch(f7="FOLLOW"))
    assert booked(siu("S15", "202402021200", sch()), last)["status"] == "cancelled"


def test_one_resource_is_added_and_another_taken_away():
    added = siu("S18", "202402021200", sch(), "AIP|1|A|9901^Lind^Per")
    gone = siu("S20", "202402031200", sch(), "AIP|1|D|7788^Okafor^Ada")
    made = booked(siu("S12", "202402011200", sch(), *CLINIC), added, gone)
    names = [one["actor"].get("display") for one in made["participant"]]
    assert "Per Lind" in names and "Dr Ada Okafor" not in names


def test_notes_on_the_appointment_are_not_those_on_its_resources():
    made = booked(siu("S12", "202402011200", sch(), "NTE|1||Bring the pill box", *CLINIC, "NTE|1||Wheelchair ramp"))
    assert "comment" not in made
    made = booked(siu("S12", "202402011200", sch() + "\rNTE|1||Bring the pill box", *CLINIC, "NTE|1||Wheelchair ramp"))
    assert made["comment"] == "Bring the pill box"


def test_the_order_that_it_carries_out_is_named():
    made = booked(siu("S12", "202402011200", sch(f26="ORD9^EHR")))
    assert made["basedOn"][0]["identifier"]["value"] == "ORD9"


def test_blocked_slots_concern_no_patient():
    message = siu("S23", "202402011200", sch())
    assert threads_of(message, SENDER) == []
    assert "slot" in why_not(message)


def test_without_a_number_patient_and_start_are_the_key():
    message = siu("S12", "202402011200", "SCH|||||||CHECK||30||^^^202403041000")
    (thread,) = own_threads(message)
    assert the("Appointment", read(thread, message))["start"] == "2024-03-04T10:00:00-06:00"


def test_every_order_of_arrival_gives_the_same():
    life = [
        siu("S12", "202402011200", sch(), *CLINIC),
        siu("S14", "202402021200", sch(f8="Complete"), "AIP|1|A|9901^Lind^Per"),
        siu("S13", "202402031200", sch(f11="^^^202403111400^202403111430")),
        siu("S15", "202402041200", sch(f6="PAT^Patient asked")),
    ]
    made = [one for one in every_order(THREAD, life) if one["resourceType"] == "Appointment"]
    assert [(one["status"], one["start"]) for one in made] == [("cancelled", "2024-03-11T14:00:00-05:00")]


def test_a_result_of_an_appointment_brings_the_patient_too():
    message = hl7("SIU^S12", "202402011200", sch(), before=True)
    assert threads_of(message, SENDER)[0] == "patient:CGMRN/1001"
    assert len(all_of("Provenance", read(THREAD, message))) == 1
