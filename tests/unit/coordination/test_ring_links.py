"""What joins two participants, and whether it was answered."""

import pytest
from ring_of import (
    EHR,
    HOSPITAL,
    LAKESIDE,
    MEALS,
    PLAN,
    contact,
    fill,
    gap,
    handoff,
    link,
    order,
    ring,
    row,
    stay,
    visit,
)

BUSY, DANA, COUNTY = "Dr Busy", "Dana Ruiz, RN", "County General Hospital"
SUMMARY = row(HOSPITAL, "d1", type_code="18842-5", date_datetime="2026-03-19", context_encounter_id="s1")


@pytest.mark.parametrize(
    ("documents", "contacts", "state", "why"),
    [
        ([], [], "partial", "Left on 18 Mar (County General); no discharge summary received; no follow-up since."),
        ([SUMMARY], [], "partial", "Left on 18 Mar (County General); summary received 19 Mar; no follow-up since."),
        ([SUMMARY], [contact("2026-03-20")], "closed",
         "Left on 18 Mar (County General); summary received 19 Mar; followed up on 20 Mar."),
        ([SUMMARY | {"source": LAKESIDE}], [contact("2026-03-17")], "partial",
         "Left on 18 Mar (County General); no discharge summary received; no follow-up since."),
    ],
)  # fmt: skip
def test_a_hospital_stay_is_answered_by_summary_and_follow_up(documents, contacts, state, why):
    found = link(ring(encounter=[stay()], document_reference=documents, contacts=contacts), COUNTY, BUSY)
    assert (found.state, found.why) == (state, why)


def test_somebody_still_in_hospital():
    found = link(ring(encounter=[stay(end=None)]), COUNTY, BUSY)
    assert (found.state, found.why) == ("partial", "In hospital since 12 Mar (County General).")


REFERRAL = row(EHR, "q1", status="active", performer_display="Dr Love", authored_on_datetime="2026-02-01")
NOTE = row(LAKESIDE, "n1", type_text="Consult note", author_display="Dr Love", date_datetime="2026-02-20")


@pytest.mark.parametrize(
    ("notes", "state", "why"),
    [
        ([], "partial", "Referred on 1 Feb; no report back (Maple EHR)."),
        ([NOTE], "closed", "Referred on 1 Feb; report received 20 Feb (Lakeside)."),
        ([NOTE | {"date_datetime": "2026-01-05"}], "partial", "Referred on 1 Feb; no report back (Maple EHR)."),
    ],
)
def test_a_referral_is_answered_by_a_report(notes, state, why):
    found = link(ring(service_request=[REFERRAL], document_reference=notes), BUSY, "Dr Love")
    assert (found.state, found.why) == (state, why)


@pytest.mark.parametrize(("dose", "state"), [("40 mg daily", "closed"), ("80 mg daily", "partial")])
def test_two_who_prescribe_the_same_medicine(dose, state):
    orders = [order(EHR, "m1", BUSY, "2026-03-03"), order(LAKESIDE, "m2", "Dr Love", "2026-03-12", dose=dose)]
    found = link(ring(medication_request=orders), BUSY, "Dr Love")
    assert found.state == state
    assert found.why == f"Both prescribe furosemide: Dr Busy 40 mg daily (3 Mar) and Dr Love {dose} (12 Mar)."


def test_a_fill_answers_an_order():
    orders = [order(EHR, "m1", BUSY, "2026-03-01"), order(LAKESIDE, "m2", "Dr Love", "2026-03-12")]
    made = ring(medication_request=orders, medication_dispense=[fill("d1", "Riverside Pharmacy", "2026-03-02")])
    found = link(made, "Riverside Pharmacy", BUSY)
    assert (found.state, found.why) == (
        "closed",
        "Filled furosemide on 2 Mar (Heartland), ordered by Dr Busy on 1 Mar.",
    )


def test_a_fill_without_an_order_is_one_way():
    found = link(ring(medication_dispense=[fill("d1", "Riverside Pharmacy", "2026-03-02")]), "Riverside Pharmacy", BUSY)
    assert (found.state, found.why) == ("partial", "Filled furosemide on 2 Mar (Heartland); no order for it on record.")


@pytest.mark.parametrize(("outcome", "state"), [("complete", "closed"), (None, "closed"), ("queued", "partial")])
def test_a_payer_answers_claims(outcome, state):
    claim = row(PLAN, "e1", insurer_display="Heartland", created_datetime="2026-03-02", outcome=outcome)
    assert link(ring(explanation_of_benefit=[claim]), BUSY, "Heartland").state == state


@pytest.mark.parametrize(("reached", "state"), [(True, "closed"), (False, "partial")])
def test_the_newest_contact_joins_coordinator_and_caregiver(reached, state):
    contacts = [contact("2026-03-20", whom="caregiver", reached=reached), contact("2026-03-01", whom="caregiver")]
    made = ring(related_person=[row(EHR, "r", given="Anna", family="Andrews")], contacts=contacts)
    found = link(made, DANA, "Anna Andrews")
    assert (found.state, found.last_exchange.day) == (state, 20)


@pytest.mark.parametrize(("status", "state"), [("completed", "closed"), ("in-progress", "partial")])
def test_an_agency_has_done_it_or_was_only_asked(status, state):
    task = row(MEALS, "t1", status=status, owner_display="Meals Together", description="Noon meal", last_modified_datetime="2026-03-02")  # fmt: skip
    found = link(ring(task=[task]), DANA, "Meals Together")
    assert (found.state, found.why) == (state, f"Noon meal: {status} on 2 Mar (Meals Together).")


def test_an_open_handoff_is_one_way_and_a_closed_one_answered():
    opened = ring(handoffs=[handoff(BUSY, "Dr Love")])
    assert link(opened, BUSY, "Dr Love").why == "Cardiology visit: opened on 18 Mar, sent, not closed."
    assert link(opened, BUSY, "Dr Love").state == "partial"
    closed = ring(service_request=[REFERRAL], document_reference=[NOTE], handoffs=[handoff(BUSY, "Dr Love", "closed")])
    assert link(closed, BUSY, "Dr Love").state == "closed"


def test_a_gap_lies_on_the_link_to_who_answers_for_it_and_hides_what_went_well():
    made = ring(encounter=[stay()], document_reference=[SUMMARY], contacts=[contact("2026-03-20")],
                gaps=[gap(owner="clinician", with_whom="County General")])  # fmt: skip
    found = link(made, COUNTY, BUSY)
    assert (found.state, found.why) == ("gap", "Nobody has called; due 20 Mar.")


def test_a_gap_about_two_lies_between_them():
    visits = [visit(LAKESIDE, "v1", "Dr Love", "2026-03-01"), visit(LAKESIDE, "v2", "Dr Kidney", "2026-03-02")]
    made = ring(encounter=visits, gaps=[gap(with_whom="Dr Love, Dr Kidney")])
    assert link(made, "Dr Love", "Dr Kidney").state == "gap"


def test_two_whom_nothing_joins_have_no_link():
    assert link(ring(), BUSY, DANA) is None
