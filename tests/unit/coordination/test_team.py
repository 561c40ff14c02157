"""The care team: found in facts, confirmed or sent away by people, one of those who coordinate agreed as lead."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.coordination import team_actions
from bluering.coordination.models import Lead, TeamEvent, TeamMember
from bluering.coordination.moving import bring_work_home, move_work
from bluering.coordination.ring import build_ring, meet
from bluering.coordination.ring_practice import practice_of
from bluering.coordination.team import lead_of, said_of, slug_of, team_of
from bluering.errors import BadInput, Refusal
from bluering.record.providers import Directory, Known
from tests.unit.coordination.ring_of import EHR, LAKESIDE, MEALS, PLAN, TODAY, WALTER, row, stay, visit

pytestmark = pytest.mark.django_db

SOTO = row(PLAN, "case1", status="active", care_manager_display="Kim Soto, RN", start_datetime="2026-01-05")
COVER = row(PLAN, "c1", status="active", payor_display="Heartland Health Plan")


def team(person_id: str, *, directory=None, today=TODAY, **tables):
    """name → mate, as the page would show them."""
    tables = {"patient": [WALTER], **tables}
    said = said_of(person_id)
    faces = meet(
        person_name="Walter Andrews", tables=tables, contacts=(), handoffs=(), coordinator="Ana Ruiz",
        practice=practice_of(tables), today=today, team=said, directory=directory,
    )  # fmt: skip
    return {mate.name: mate for mate in team_of(person_id, faces, said, lead_of(person_id), today)}


def ring_names(person_id: str, **tables) -> list[str]:
    made = build_ring(
        person_name="Walter Andrews", tables={"patient": [WALTER], **tables}, contacts=(), handoffs=(), gaps=(),
        coordinator="Ana Ruiz", today=TODAY, team=said_of(person_id),
    )  # fmt: skip
    return [one.name for one in made.participants]


LOVE = visit(LAKESIDE, "e1", "Dr Love", "2026-02-01")


def test_those_whom_facts_show_are_found_and_our_own_need_no_confirming(person_id):
    found = team(person_id, encounter=[LOVE])
    assert found["Dr Love"].state == "found" and found["Dr Love"].times == 1 and not found["Dr Love"].ours
    assert found["Dr Busy"].ours and found["Ana Ruiz"].ours and found["Ana Ruiz"].leads


def test_days_of_the_last_year_are_counted_once_each_and_older_ones_not(person_id):
    visits = [visit(LAKESIDE, f"e{n}", "Dr Love", day) for n, day in enumerate(("2025-03-21", "2025-03-22", "2026-03-01", "2026-03-01"))]  # fmt: skip
    assert team(person_id, encounter=visits)["Dr Love"].times == 2


def test_confirming_puts_name_and_role_right_and_stands_on_the_ring(ana, person_id):
    key = team(person_id, encounter=[LOVE])["Dr Love"].key
    team_actions.confirm(person_id=person_id, key=key, name="Dr. Samuel Love", kind="specialist", role="cardiology", phone="555-0100", by=ana)  # fmt: skip
    love = team(person_id, encounter=[LOVE])["Dr. Samuel Love"]
    assert (love.state, love.role, love.phone, love.key, love.said_by) == (
        "confirmed",
        "cardiology",
        "555-0100",
        key,
        ana.name,
    )
    assert "Dr. Samuel Love" in ring_names(person_id, encounter=[LOVE])


def test_confirming_the_same_twice_is_said_once(ana, person_id):
    for _ in range(2):
        team_actions.confirm(person_id=person_id, name="Dr Love", kind="specialist", by=ana)
    assert TeamMember.objects.count() == TeamEvent.objects.count() == 1


def test_somebody_whom_no_source_knows_comes_in(ana, person_id):
    team_actions.confirm(person_id=person_id, name="Bea Moss", kind="community", role="parish nurse", by=ana)
    assert team(person_id)["Bea Moss"].state == "confirmed"
    assert "Bea Moss" in ring_names(person_id)


def test_who_is_no_longer_involved_leaves_ring_and_team_until_something_newer_passes(ana, person_id):
    team_actions.no_longer(person_id=person_id, name="Dr Love", kind="specialist", note="moved away", by=ana)
    assert team(person_id, encounter=[LOVE])["Dr Love"].state == "gone"
    assert "Dr Love" not in ring_names(person_id, encounter=[LOVE])
    later = timezone.localdate() + timedelta(days=1)
    newer = visit(LAKESIDE, "e2", "Dr Love", later.isoformat())
    assert team(person_id, today=later, encounter=[newer])["Dr Love"].state == "found"


def test_who_is_gone_and_in_no_fact_is_still_told(ana, person_id):
    team_actions.confirm(person_id=person_id, name="Bea Moss", kind="community", role="parish nurse", by=ana)
    team_actions.no_longer(person_id=person_id, name="Bea Moss", kind="community", by=ana)
    gone = team(person_id)["Bea Moss"]
    assert (gone.state, gone.role) == ("gone", "parish nurse") and "Bea Moss" not in ring_names(person_id)


def test_saying_that_somebody_belongs_brings_them_back(ana, person_id):
    team_actions.no_longer(person_id=person_id, name="Bea Moss", kind="community", by=ana)
    team_actions.confirm(person_id=person_id, name="Bea Moss", kind="community", by=ana)
    assert team(person_id)["Bea Moss"].state == "confirmed"


@pytest.mark.parametrize(
    ("source", "more", "behalf"),
    [
        (PLAN, {"coverage": [COVER]}, "payer"),
        ("county-general", {"encounter": [stay()]}, "hospital"),
        (MEALS, {}, "agency"),
        (LAKESIDE, {"encounter": [visit(LAKESIDE, "v1", "Dr Love", "2026-01-01")]}, "other"),
    ],
)
def test_a_case_manager_coordinates_for_the_house_that_tells_of_them(person_id, source, more, behalf):
    found = team(person_id, episode_of_care=[SOTO | {"source": source}], **more)
    assert found["Kim Soto, RN"].behalf == behalf


@pytest.mark.parametrize(
    "role", ["Case manager", "care coordinator", "Nurse case-manager", "Patient navigator", "Community health worker"]
)
def test_roles_that_coordinate_are_known_by_their_words(person_id, role):
    member = row(LAKESIDE, "t1", status="active", member_type="Practitioner", member_display="Jo Park", role_text=role)
    assert team(person_id, care_team_participant=[member])["Jo Park"].behalf


@pytest.mark.parametrize("role", ["cardiology", "Manager of the house", "caregiver", ""])
def test_other_roles_do_not_coordinate(person_id, role):
    member = row(LAKESIDE, "t1", status="active", member_type="Practitioner", member_display="Jo Park", role_text=role)
    assert team(person_id, care_team_participant=[member])["Jo Park"].behalf == ""


@pytest.mark.parametrize("status", ["finished", "cancelled", "entered-in-error"])
def test_an_episode_that_has_ended_names_nobody(person_id, status):
    assert "Kim Soto, RN" not in team(person_id, episode_of_care=[SOTO | {"status": status}], coverage=[COVER])


def test_one_outside_is_agreed_as_lead_and_given_back_when_gone(ana, person_id):
    tables = {"episode_of_care": [SOTO], "coverage": [COVER]}
    kim = team(person_id, **tables)["Kim Soto, RN"]
    team_actions.agree_lead(person_id=person_id, key=kim.key, name=kim.name, agreed_with="Kim, by phone", by=ana)
    found = team(person_id, **tables)
    assert found["Kim Soto, RN"].leads and not found["Ana Ruiz"].leads
    team_actions.no_longer(person_id=person_id, key=kim.key, name=kim.name, kind=kim.kind, by=ana)
    assert team(person_id, **tables)["Ana Ruiz"].leads


def test_a_lead_from_outside_says_with_whom_it_was_agreed(ana, person_id):
    with pytest.raises(BadInput, match="agreed_with: say with whom"):
        team_actions.agree_lead(person_id=person_id, key="kim soto", name="Kim Soto", by=ana)
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"name": "  "}, "name: write who"), ({"name": "x" * 201}, "name: write who"), ({"kind": "dragon"}, "kind: unknown"),
        ({"channel": "pigeon"}, "channel: unknown"), ({"behalf": "me"}, "behalf: unknown"), ({"note": "x" * 401}, "note: write at most"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_field(ana, person_id, changes, complaint):
    with pytest.raises(BadInput, match=complaint):
        team_actions.confirm(**{"person_id": person_id, "name": "Dr Love", "kind": "specialist", "by": ana, **changes})
    assert not TeamMember.objects.exists()


@pytest.mark.parametrize("wrong", ["ben", "cleo", "wen"])
@pytest.mark.parametrize("act", ["confirm", "no_longer", "agree_lead"])
def test_only_those_who_look_after_the_person_say_anything(request, ana, person_id, wrong, act):
    user, more = request.getfixturevalue(wrong), {} if act == "agree_lead" else {"kind": "specialist"}
    with pytest.raises(Refusal):
        getattr(team_actions, act)(person_id=person_id, name="Dr Love", by=user, **more)
    assert not TeamEvent.objects.exists() and not AuditEvent.objects.filter(action__startswith="team.").exists()


def test_a_clinician_says_it_too_and_each_is_audited_without_a_name(dr, person_id):
    team_actions.confirm(person_id=person_id, name="Dr Love", kind="specialist", by=dr)
    team_actions.no_longer(person_id=person_id, name="Dr Love", kind="specialist", by=dr)
    team_actions.agree_lead(person_id=person_id, by=dr)
    events = AuditEvent.objects.filter(user=dr, person_id=person_id)
    assert [event.action for event in events.order_by("id")] == ["team.confirm", "team.no_longer", "team.lead"]
    assert not any("Love" in event.detail for event in events)


def test_addresses_hold_no_name_and_differ_by_person(person_id):
    assert slug_of(person_id, "love samuel") != slug_of("another", "love samuel")
    assert "love" not in slug_of(person_id, "love samuel") and len(slug_of(person_id, "x")) == 12


def test_what_was_said_follows_its_person_and_comes_back(ana, person_id):
    team_actions.confirm(person_id=person_id, name="Dr Love", kind="specialist", by=ana)
    team_actions.agree_lead(person_id=person_id, key="love", name="Dr Love", agreed_with="her", by=ana)
    move_work(from_person=person_id, to_person="other")
    assert [row.name for row in said_of("other")] == ["Dr Love"] and lead_of("other") and not said_of(person_id)
    bring_work_home({person_id: person_id, "other": "other"})
    assert [row.name for row in said_of(person_id)] == ["Dr Love"] and lead_of(person_id) and not said_of("other")
    assert TeamEvent.objects.filter(person_id=person_id).count() == 2


def test_a_claims_clinician_is_the_one_of_that_number_in_other_systems(person_id):
    number = "1999900073"
    love = Known(f"npi|{number}", "practitioner", "Samuel Love", "Cardiology", "(320) 555-0207")
    told = Directory({f"{LAKESIDE}/dr-love": love}, {number: love})
    claim = row(
        PLAN,
        "b1",
        status="active",
        type_code="professional",
        provider_number=number,
        billable_start_datetime="2026-03-02",
    )
    seen = visit(LAKESIDE, "e1", "Dr Love", "2026-02-01", participant_id="dr-love")
    found = team(person_id, directory=told, encounter=[seen], explanation_of_benefit=[claim])
    assert [name for name in found if "Love" in name] == ["Dr Love"]
    assert found["Dr Love"].sources == (PLAN, LAKESIDE) and found["Dr Love"].times == 2
    assert (found["Dr Love"].role, found["Dr Love"].phone) == ("cardiology", "(320) 555-0207")


def test_a_number_that_fails_its_check_digit_names_nobody(person_id):
    claim = row(
        PLAN,
        "b1",
        status="active",
        type_code="professional",
        provider_number="1999900074",
        billable_start_datetime="2026-03-02",
    )
    assert not [name for name in team(person_id, explanation_of_benefit=[claim]) if "NPI" in name]


def test_two_of_one_family_name_stay_two(person_id):
    visits = [visit(EHR, "e1", "Dr Iris Care", "2026-01-05"), visit(LAKESIDE, "e2", "Dr Owen Care", "2026-01-06")]
    assert {"Dr Iris Care", "Dr Owen Care"} <= set(team(person_id, encounter=visits))
