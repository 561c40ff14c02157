"""Who stands around a person, and at whom the ring is open."""

import json
from datetime import date

import pytest
from ring_of import (
    EHR,
    HOSPITAL,
    LAKESIDE,
    MEALS,
    PLAN,
    TODAY,
    WALTER,
    contact,
    fill,
    gap,
    handoff,
    names,
    order,
    ring,
    row,
    stay,
    visit,
    who,
)  # fmt: skip

from bluering.coordination.ring import build_ring
from bluering.coordination.ring_values import KINDS, initials_of, key_of
from bluering.web import ring_svg


def test_a_person_without_facts_has_their_practice():
    made = ring(patient=None, coordinator=None)
    (practice,) = made.participants
    assert (practice.name, practice.kind, practice.state) == ("The practice", "clinic", "quiet")
    assert made.links == made.handoffs == []


def test_the_own_clinician_stands_on_top_and_the_coordinator_beside():
    made = ring(encounter=[stay(), visit(EHR, "v1", "Dr Amin", "2026-03-01")])
    assert names(made)[:2] == ["Dr Busy", "Dana Ruiz, RN"]
    assert [p.role for p in made.participants[:2]] == ["primary care", "care coordinator"]


def test_the_practice_stands_for_an_unnamed_clinician():
    patient = row(EHR, "1", managing_organization_id="maple")
    made = ring(
        patient=patient, encounter=[visit(EHR, "v1", None, "2026-03-01", "Maple Street", service_provider_id="maple")]
    )
    assert (made.participants[0].name, made.participants[0].last_exchange) == ("Maple Street", date(2026, 3, 1))


def test_an_unnamed_visit_to_the_practice_counts_for_the_own_clinician():
    made = ring(encounter=[visit(EHR, "v1", None, "2026-03-01", "Maple Street", service_provider_id="maple")])
    assert names(made) == ["Dr Busy", "Dana Ruiz, RN"]
    assert who(made, "Dr Busy").last_exchange == date(2026, 3, 1)


KIND_CASES = [
    ("encounter", stay(), "County General Hospital", "hospital", "hospital"),
    ("encounter", visit(EHR, "v1", "Dr Amin", "2026-03-01"), "Dr Amin", "clinic", "clinician"),
    ("encounter", visit(LAKESIDE, "v1", "Dr Love", "2026-03-01", "Lakeside Group"), "Dr Love", "specialist", "specialist"),
    ("encounter", visit(LAKESIDE, "v1", None, "2026-03-01", "Imaging Center"), "Imaging Center", "specialist", "specialist"),
    ("appointment", row(EHR, "a", status="booked", start_datetime="2026-04-02", practitioner_display="NP Ortiz"), "NP Ortiz", "clinic", "clinician"),
    ("medication_request", order(LAKESIDE, "m", "Dr Love", "2026-03-01"), "Dr Love", "specialist", "specialist"),
    ("medication_dispense", fill("d", "Riverside Pharmacy", "2026-03-02"), "Riverside Pharmacy", "pharmacy", "pharmacy"),
    ("coverage", row(PLAN, "c", status="active", payor_display="Heartland Health Plan"), "Heartland Health Plan", "payer", "payer"),
    ("explanation_of_benefit", row(PLAN, "e", insurer_display="Heartland", created_datetime="2026-03-02"), "Heartland", "payer", "payer"),
    ("related_person", row(EHR, "r", given="Anna", family="Andrews", relationship_text="Daughter"), "Anna Andrews", "family", "daughter"),
    ("task", row(MEALS, "t", owner_display="Meals Together", last_modified_datetime="2026-03-02"), "Meals Together", "community", "community"),
    ("service_request", row(EHR, "q", performer_display="Dr Kidney", performer_type_text="Nephrology"), "Dr Kidney", "specialist", "nephrology"),
    ("service_request", row(EHR, "q", performer_display="Open Door", code_text="Food pantry"), "Open Door", "community", "community"),
    ("care_team_participant", row(EHR, "k", member_display="Lena Ortiz", member_type="RelatedPerson", role_text="Home aide"), "Lena Ortiz", "family", "home aide"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "fact", "name", "kind", "role"), KIND_CASES)
def test_each_kind_comes_from_its_facts(table, fact, name, kind, role):
    found = who(ring(**{table: [fact]}), name)
    assert (found.kind, found.role) == (kind, role)


def test_an_agency_is_named_by_its_own_system():
    organization = row(MEALS, "mt", name="Meals Together")
    episode = row(MEALS, "e1", status="active", managing_organization_id="mt", start_datetime="2026-01-02")
    made = ring(organization=[organization], episode_of_care=[episode])
    assert who(made, "Meals Together").kind == "community"


@pytest.mark.parametrize(
    ("table", "fact"),
    [
        ("encounter", visit(LAKESIDE, "v", "Dr Love", "2026-03-01", status="cancelled")),
        ("appointment", row(EHR, "a", status="noshow", start_datetime="2026-03-01", practitioner_display="Dr Amin")),
        ("service_request", row(EHR, "q", status="revoked", performer_display="Dr Kidney")),
        ("coverage", row(PLAN, "c", status="active", payor_display="Old Plan", end_date="2025-12-31")),
        ("related_person", row(EHR, "r", given="Anna", active=False)),
        ("care_team_participant", row(EHR, "k", member_display="Walter Andrews", member_type="Patient")),
        ("task", row(EHR, "t", owner_display="Andrews, Walter (housing)", status="cancelled")),
        ("document_reference", row(EHR, "d", author_display="Dr Nobody", date_datetime="2026-03-01")),
    ],
)
def test_what_did_not_happen_or_names_nobody_brings_nobody(table, fact):
    assert names(ring(**{table: [fact]})) == ["Dr Busy", "Dana Ruiz, RN"]


def test_one_name_in_two_sources_is_one_participant():
    made = ring(
        encounter=[visit(LAKESIDE, "v1", "Love, Samuel MD", "2026-03-01")],
        medication_request=[order(EHR, "m1", "Dr. Samuel Love", "2026-03-09")],
        appointment=[row(EHR, "a1", status="booked", start_datetime="2026-04-02", practitioner_display="SAMUEL LOVE, MD")],
    )  # fmt: skip
    assert names(made) == ["Dr Busy", "Dana Ruiz, RN", "Love, Samuel MD"]
    assert made.participants[2].last_exchange == date(2026, 3, 9)
    assert "visit booked for 2 Apr" in made.participants[2].why


def test_two_clinicians_of_one_family_name_stay_two():
    made = ring(encounter=[visit(EHR, "v1", "Dr I. Care", "2026-03-01"), visit(EHR, "v2", "Dr Care", "2026-03-02")])
    assert {"Dr I. Care", "Dr Care"} <= set(names(made))


def test_one_id_in_a_source_is_one_participant():
    visits = [visit(EHR, "v1", "Amir Busy, MD", "2026-03-01", participant_id="dr-busy")]
    assert names(ring(encounter=visits)) == ["Dr Busy", "Dana Ruiz, RN"]


def test_what_was_ordered_in_hospital_was_ordered_by_the_hospital():
    ordered = order(HOSPITAL, "m1", "Dr Hollis", "2026-03-17") | {"encounter_id": "s1"}
    assert names(ring(encounter=[stay()], medication_request=[ordered]))[2:] == ["County General Hospital"]


@pytest.mark.parametrize(
    ("name", "key", "letters"),
    [
        ("Busy, Amir MD", "amir busy", "AB"), ("Dr. José Núñez-Paz", "jose nunezpaz", "JN"), ("Anna Do", "anna do", "AD"),
        ("Dana Ruiz, RN", "dana ruiz", "DR"), ("NP Ortiz", "ortiz", "O"), ("County General Hospital", "county general hospital", "CH"),
        ("王芳", "王芳", "王"), ("?", "?", "?"),
    ],
)  # fmt: skip
def test_names_are_read_without_titles(name, key, letters):
    assert (key_of(name), initials_of(name)) == (key, letters)


def test_why_tells_the_day_what_and_the_source():
    made = ring(encounter=[visit(LAKESIDE, "v1", "Dr Love", "2026-03-12T09:30:00-06:00")])
    assert (who(made, "Dr Love").state, who(made, "Dr Love").why) == (
        "current", "Last exchange on 12 Mar: visit (Lakeside)."
    )  # fmt: skip


@pytest.mark.parametrize(("day", "state"), [("2025-09-22", "current"), ("2025-09-21", "quiet")])
def test_quiet_after_180_days(day, state):
    found = who(ring(encounter=[visit(LAKESIDE, "v1", "Dr Love", day)]), "Dr Love")
    assert found.state == state
    if state == "quiet":
        assert found.why == "No exchange in the last 180 days; the last was on 21 Sep 2025: visit (Lakeside)."


def test_never_heard_of_is_quiet_and_says_so():
    found = who(ring(related_person=[row(EHR, "r", given="Anna", family="Andrews")]), "Anna Andrews")
    assert (found.state, found.why) == ("quiet", "No exchange on record; named as family (Maple EHR).")


def test_a_coming_visit_is_no_exchange_yet():
    booked = row(LAKESIDE, "a", status="booked", start_datetime="2026-04-02", practitioner_display="Dr Love")
    found = who(ring(appointment=[booked]), "Dr Love")
    assert (found.state, found.last_exchange) == ("quiet", None)


def test_a_note_is_an_exchange_with_its_writer():
    note = row(HOSPITAL, "d", author_display="Dr Hollis", date_datetime="2026-03-19", type_text="Discharge summary")
    found = who(ring(encounter=[stay()], document_reference=[note]), "County General Hospital")
    assert found.why == "Last exchange on 19 Mar: discharge summary (County General)."


def test_contacts_are_the_coordinators_exchanges():
    made = ring(contacts=[contact("2026-03-19"), contact("2026-03-20", reached=False)])
    assert who(made, "Dana Ruiz, RN").why == "Last exchange on 19 Mar: contact with Walter Andrews (logged here)."


@pytest.mark.parametrize(("note", "reached_on"), [("Anna will come along", date(2026, 3, 19)), ("", None)])
def test_a_caregiver_is_meant_when_named(note, reached_on):
    family = [row(EHR, "r1", given="Anna", family="Andrews"), row(EHR, "r2", given="Tom", family="Andrews")]
    made = ring(related_person=family, contacts=[contact(whom="caregiver", note=note)])
    assert who(made, "Anna Andrews").last_exchange == reached_on


@pytest.mark.parametrize(
    "about",
    [
        {"with_whom": "County General Hospital"},
        {"with_whom": "County General"},
        {"fact_key": f"{HOSPITAL}/Encounter/s1"},
        {"evidence": [{"table": "encounter", "source": HOSPITAL, "id": "s1"}]},
        {"evidence": [{"table": "condition", "source": HOSPITAL, "id": "c9"}]},
    ],
)
def test_a_gap_opens_the_ring_at_those_it_is_about(about):
    made = ring(encounter=[stay()], gaps=[gap(**about)])
    hospital = who(made, "County General Hospital")
    assert (hospital.state, hospital.gap_ids) == ("open", (1,))
    assert hospital.why.startswith("Open: Nobody has called, due 20 Mar. Last exchange on 18 Mar")
    assert who(made, "Dr Busy").state != "open"


@pytest.mark.parametrize(
    ("owner", "name"), [("clinician", "Dr Busy"), ("coordinator", "Dana Ruiz, RN"), ("Dr Busy", "Dr Busy")]
)
def test_a_gap_about_nobody_stands_at_who_answers_for_it(owner, name):
    assert who(ring(gaps=[gap(owner=owner)]), name).gap_ids == (1,)


def test_a_gap_may_name_several():
    visits = [visit(LAKESIDE, "v1", "Dr Love", "2026-03-01"), visit(LAKESIDE, "v2", "Dr Kidney", "2026-03-02")]
    made = ring(encounter=visits, gaps=[gap(with_whom="Dr Love and Dr Kidney")])
    assert [p.name for p in made.participants if p.state == "open"] == ["Dr Kidney", "Dr Love"]


def test_a_gap_that_is_not_open_opens_nothing():
    made = ring(encounter=[stay()], gaps=[gap(with_whom="County General", state="set_aside")])
    assert not [p for p in made.participants if p.state == "open"]


def test_an_open_handoff_draws_an_arrow_and_opens_the_far_side():
    made = ring(encounter=[visit(LAKESIDE, "v1", "Dr Love", "2026-03-01")], handoffs=[handoff("Dr Busy", "Dr Love")])
    (arrow,) = made.handoffs
    love, busy = who(made, "Dr Love"), who(made, "Dr Busy")
    assert (arrow.from_id, arrow.to_id, arrow.title, arrow.handoff_id) == (busy.id, love.id, "Cardiology visit", 7)
    assert (love.state, love.gap_ids, busy.state) == ("open", (), "quiet")


@pytest.mark.parametrize(
    ("kind", "shown_as"), [("referral", "specialist"), ("community", "community"), ("question", "clinic")]
)
def test_a_receiver_the_chart_does_not_know_joins_the_ring(kind, shown_as):
    made = ring(handoffs=[handoff("Dana Ruiz, RN", "Dr Newcomer", kind=kind)])
    assert (who(made, "Dr Newcomer").kind, who(made, "Dr Newcomer").state) == (shown_as, "open")


def test_a_sender_from_among_us_is_the_coordinator():
    made = ring(handoffs=[handoff("Some colleague", "Dr Love")])
    assert made.handoffs[0].from_id == who(made, "Dana Ruiz, RN").id


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_a_finished_handoff_has_no_arrow(state):
    assert ring(handoffs=[handoff("Dr Busy", "Dr Love", state)]).handoffs == []


def test_kinds_stand_together_whatever_order_the_rows_come_in():
    tables = {table: [] for table, *_ in KIND_CASES}
    for table, fact, *_ in KIND_CASES:
        tables[table].append(fact)
    made = ring(**tables)
    kinds = [p.kind for p in made.participants]
    assert kinds == sorted(kinds, key=KINDS.index)
    assert made == ring(**{table: facts[::-1] for table, facts in reversed(tables.items())})


def crowd(many):
    return [visit(LAKESIDE, f"v{i:02}", f"Dr Number{i:02}", f"2026-01-{i + 1:02}") for i in range(many)]


def test_25_are_shown_and_one_more_folds_two():
    assert len(ring(encounter=crowd(23)).participants) == 25
    made = ring(encounter=crowd(24))
    assert len(made.participants) == 25
    more = made.participants[-1]
    assert (more.name, more.initials, more.kind, more.last_exchange) == ("2 more", "+2", "specialist", date(2026, 1, 2))
    assert more.why.endswith("Dr Number00, Dr Number01.")


def test_who_is_open_is_never_folded():
    open_gaps = [gap(id=i, with_whom=f"Dr Number{i:02}") for i in range(28)]
    made = ring(encounter=crowd(30), gaps=open_gaps)
    assert [p.name for p in made.participants if p.state == "open"] == [f"Dr Number{i:02}" for i in range(28)]
    assert made.participants[-1].name == "2 more"


def test_every_column_may_be_missing_or_empty():
    every = [table for table, *_ in KIND_CASES] + [
        "document_reference",
        "diagnostic_report",
        "episode_of_care",
        "communication",
    ]
    empty = {table: [{}, {"source": None, "id": None, "status": None, "start_datetime": "soon"}] for table in every}
    assert names(ring(patient={}, coordinator=None, **empty))[0] == "The practice"
    nulls = {table: [dict.fromkeys(fact)] for table, fact, *_ in KIND_CASES}
    assert names(ring(**nulls, encounter_=None)) == ["Dr Busy", "Dana Ruiz, RN"]


def test_told_sources_decide_which_is_the_practice():
    patients = [WALTER, row(HOSPITAL, "2", general_practitioner_display="Dr Elsewhere")]
    said = {"person_name": "W", "contacts": [], "handoffs": [], "gaps": [], "coordinator": None, "today": TODAY}
    made = build_ring(tables={"patient": patients}, practice_sources=[HOSPITAL], **said)
    assert [p.name for p in made.participants] == ["Dr Elsewhere"]
    seen = [visit(EHR, "v1", "Dr Busy", "2026-03-01", participant_id="dr-busy")]
    made = build_ring(tables={"patient": patients, "encounter": seen}, **said)
    assert [p.name for p in made.participants] == ["Dr Busy"]


def test_the_picture_draws_it():
    made = ring(encounter=[stay(), *crowd(30)], handoffs=[handoff("Dr Busy", "Dr Love")], gaps=[gap()])
    picture = ring_svg.draw(made, centre_name="Walter")
    assert len(picture.nodes) == len(made.participants)
    assert len(picture.curves) == 1
    assert json.dumps([node.says for node in picture.nodes])
