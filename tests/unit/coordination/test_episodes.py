"""A person's way through a program: every move of the table, what it needs, whose it is, and two people deciding at once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluering.access.models import AuditEvent
from bluering.coordination.episodes import table
from bluering.coordination.episodes.actions import (
    Attempt,
    Consent,
    Said,
    answer_with_program,
    consider,
    move_episode,
    re_enter,
)
from bluering.coordination.episodes.queries import (
    counts,
    episodes_of,
    found_counts,
    found_for,
    left_because,
    offers,
    standing_in,
)
from bluering.coordination.errors import NotPossibleNow
from bluering.coordination.flags import raise_flag
from bluering.coordination.models import OPEN, Contact, Episode, Stage
from bluering.coordination.moving import bring_work_home, move_work
from bluering.coordination.work_tables import work_tables
from bluering.errors import BadInput, Refusal
from bluering.population.models import ProgramFinding

AGREED = Said(reason="wants fewer calls from the hospital", consent=Consent("person", "phone", cost_said=True))


def today() -> date:
    return timezone.localdate()


def found(person_id: str, program: str = "compass", finding: str = "enter") -> ProgramFinding:
    return ProgramFinding.objects.create(
        person_id=person_id,
        program=program,
        finding=finding,
        title="PHQ-9 14",
        sentence="Depression, PHQ-9 of 14.",
        since=today(),
    )


@pytest.fixture
def considered(ana, person_id) -> Episode:
    return consider(person_id=person_id, program="compass", by=ana, why="Asked about it herself")


@pytest.fixture
def active(ana, considered) -> Episode:
    move_episode(episode=considered, move="reach_out", by=ana)
    return move_episode(episode=considered, move="enroll", by=ana, said=AGREED)


def attempt(reached: bool = False) -> Said:
    return Said(attempt=Attempt(timezone.now(), "phone", reached, "person", 3))


def test_what_the_criteria_said_is_kept_with_the_episode(ana, person_id):
    found(person_id)
    made = consider(person_id=person_id, program="compass", by=ana)
    assert (made.found, made.version, made.state) == ("Depression, PHQ-9 of 14.", "1", "considered")
    assert made.decide_by == today() + timedelta(days=7)


def test_without_a_finding_somebody_says_why(ana, person_id):
    with pytest.raises(BadInput, match="reason"):
        consider(person_id=person_id, program="compass", by=ana)
    assert (
        consider(person_id=person_id, program="compass", by=ana, why="Her daughter asked").found == "Her daughter asked"
    )


def test_considering_twice_is_once(considered, ana, person_id):
    assert consider(person_id=person_id, program="compass", by=ana, why="Again") == considered
    assert Episode.objects.count() == 1


def test_a_program_nobody_describes(ana, person_id):
    with pytest.raises(BadInput, match="program"):
        consider(person_id=person_id, program="wishes", by=ana, why="x")


def test_from_outreach_to_graduation_and_back(active, ana):
    assert (active.state, active.level, active.since, active.consent_how) == ("active", "intensive", today(), "phone")
    assert active.decide_by == today() + timedelta(days=90)
    for move, said in (
        ("set_level", Said("improving", level="steady")),
        ("pause", Said("in Florida", until=today() + timedelta(days=20))),
        ("resume", Said()),
        ("step_down", Said("at target", level="watch")),
        ("graduate", Said("held for two months")),
    ):
        active = move_episode(episode=active, move=move, by=ana, said=said)
    assert (active.state, active.left_on, active.watch_until) == ("graduated", today(), today() + timedelta(days=180))
    again = re_enter(episode=active, by=ana, reason="PHQ-9 of 12")
    assert (again.state, again.previous_id, again.consent_by, again.since) == ("active", active.pk, "person", today())
    assert [one.state for one in episodes_of(ana, active.person_id)] == ["active", "finished"]
    told = [event.what for event in active.history.all()]
    assert told == [
        "consider",
        "reach_out",
        "enroll",
        "set_level",
        "pause",
        "resume",
        "step_down",
        "graduate",
        "re_enter",
    ]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(), "said_by"),
        (Said(consent=Consent("neighbour", "phone", True)), "said_by"),
        (Said(consent=Consent("person", "", True)), "how"),
        (Said(consent=Consent("person", "phone")), "cost_said"),
        (Said(consent=Consent("person", "phone", True), level="daily"), "level"),
    ],
)
def test_nobody_is_followed_who_has_not_agreed_knowing_the_cost(considered, ana, said, field):
    with pytest.raises(BadInput, match=f"^{field}:"):
        move_episode(episode=considered, move="enroll", by=ana, said=said)
    considered.refresh_from_db()
    assert (considered.state, considered.turn) == ("considered", 0)


def test_a_program_without_consent_of_its_own(ana, person_id):
    made = consider(person_id=person_id, program="transitional_care", by=ana, why="Home since yesterday")
    assert move_episode(episode=made, move="enroll", by=ana).state == "active"


@pytest.mark.parametrize(
    ("move", "said", "field"),
    [
        ("pause", Said("away"), "until"),
        ("pause", Said("away", until=date(2020, 1, 1)), "until"),
        ("pause", Said(until=date(2999, 1, 1)), "reason"),
        ("graduate", Said(" "), "reason"),
        ("decline", Said("no"), "because"),
        ("lose", Said("no answer", because="weather"), "because"),
        ("decline", Said("no", until=date(2020, 1, 1), because="time"), "until"),
        ("set_level", Said("same", level="intensive"), "level"),
        ("keep", Said("x" * 401), "reason"),
        ("jump", Said("x"), "move"),
    ],
)
def test_what_a_move_needs(active, ana, move, said, field):
    with pytest.raises(BadInput, match=f"^{field}:"):
        move_episode(episode=active, move=move, by=ana, said=said)


def test_each_attempt_is_a_contact_and_three_in_vain_ask_for_a_decision(considered, ana):
    move_episode(episode=considered, move="reach_out", by=ana)
    for _ in range(2):
        row = move_episode(episode=considered, move="attempt", by=ana, said=attempt())
    assert row.decide_by == today() + timedelta(days=30)
    row = move_episode(episode=considered, move="attempt", by=ana, said=attempt())
    assert row.decide_by == today() and row.state == "outreach"
    assert list(Contact.objects.values_list("purpose", "reached")) == [("COMPASS: asking", False)] * 3


def test_who_declines_may_be_asked_again_on_a_day(active, ana):
    spring = today() + timedelta(days=120)
    gone = move_episode(
        episode=active, move="decline", by=ana, said=Said("too many calls", until=spring, because="time")
    )
    assert (gone.state, gone.decide_by) == ("declined", spring)
    assert re_enter(episode=gone, by=ana).state == "considered", "who took consent back is asked anew"


def test_why_people_leave_is_counted_and_the_cost_among_it(active, ana, considered):
    other = consider(person_id="nobody-holds", program="compass", by=ana, why="Found")
    move_episode(episode=active, move="decline", by=ana, said=Said("the copay", because="cost"))
    move_episode(episode=other, move="decline", by=ana, said=Said("nothing named", because="unsaid"))
    assert left_because("compass") == {"cost": 1, "unsaid": 1} and left_because("rising_risk") == {}


def test_a_flag_becomes_the_thought_of_a_program_or_nothing_happens(ana, dr, person_id):
    flag = raise_flag(person_id=person_id, why="Cannot sleep, no appetite", urgency="soon", by=dr)
    with pytest.raises(BadInput, match="program"):
        answer_with_program(flag=flag, program="wishes", by=ana, answer="taken")
    flag.refresh_from_db()
    assert flag.state == "open"
    made = answer_with_program(flag=flag, program="compass", by=ana, answer="taken")
    assert (made.flag_id, made.found, made.state) == (flag.pk, "Cannot sleep, no appetite", "considered")
    flag.refresh_from_db()
    assert (flag.state, flag.answer) == ("answered", "taken")


def test_a_move_out_of_turn_says_what_is_possible(considered, ana):
    with pytest.raises(
        NotPossibleNow, match=r"Graduate is possible when it is: active, stepping down\. It is considered"
    ):
        move_episode(episode=considered, move="graduate", by=ana, said=Said("x"))


def test_who_decides_on_an_old_page_is_told_who_was_first(active, ana, dr):
    seen = active.turn
    move_episode(episode=active, move="keep", by=dr, said=Said("wait for the A1c"), seen=seen)
    with pytest.raises(Refusal, match=r"Dr\. Dunn has decided meanwhile \(keep as it is: wait for the A1c\)"):
        move_episode(episode=active, move="graduate", by=ana, said=Said("done"), seen=seen)
    active.refresh_from_db()
    assert active.state == "active"


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_nobody_else_decides(db, who, request, considered, ana):
    wrong = request.getfixturevalue(who)
    with pytest.raises(Refusal):
        consider(person_id=considered.person_id, program="rising_risk", by=wrong, why="x")
    with pytest.raises(Refusal):
        move_episode(episode=considered, move="reach_out", by=wrong)
    move_episode(episode=considered, move="unsuitable", by=ana, said=Said("moves next week"))
    with pytest.raises(Refusal):
        re_enter(episode=considered, by=wrong)


def test_each_move_is_audited(active):
    acts = AuditEvent.objects.filter(action__startswith="program.").order_by("id").values_list("action", "detail")
    assert list(acts) == [(f"program.{what}", f"episode {active.pk}") for what in ("consider", "reach_out", "enroll")]


def test_found_are_those_nobody_has_decided_about(ana, ben, person_id):
    found(person_id)
    found("nobody-holds")
    assert [one.person_id for one in found_for("compass", ana)] == [person_id, "nobody-holds"]
    assert [one.person_id for one in found_for("compass", ben)] == ["nobody-holds"]
    made = consider(person_id=person_id, program="compass", by=ana)
    assert [one.person_id for one in found_for("compass", ana)] == ["nobody-holds"]
    assert found_counts() == {"compass": 1} and counts()["compass"]["considered"] == 1
    assert standing_in("compass", ana) == [made] and standing_in("compass", ben) == []


def test_the_list_takes_as_many_queries_however_long(ana, django_assert_num_queries):
    for number in range(2):
        found(f"p{number}")
    assert len(found_for("compass", ana)) == 2
    for number in range(2, 40):
        found(f"p{number}")
    with django_assert_num_queries(7):
        assert len(found_for("compass", ana)) == 40


def test_rules_see_what_still_asks_something(active, ana):
    (row,) = work_tables()["episode"].to_pylist()
    assert (row["program"], row["title"], row["state"], row["contact_days"]) == ("compass", "COMPASS", "active", 7)
    move_episode(episode=active, move="decline", by=ana, said=Said("no more calls", because="not_wanted"))
    assert work_tables()["episode"].num_rows == 0


def test_two_persons_who_become_one_are_in_a_program_once(active, ana):
    other = consider(person_id="p-other", program="compass", by=ana, why="Found as well")
    move_work(from_person="p-other", to_person=active.person_id)
    assert [one.pk for one in episodes_of(ana, active.person_id)] == [active.pk]
    bring_work_home({active.person_id: active.person_id, "p-other": "p-other"})
    other.refresh_from_db()
    assert (other.person_id, other.is_double, other.state) == ("p-other", False, "considered")


def test_the_table_leads_everywhere_and_every_open_state_has_a_way_out():
    reached = {Stage.CONSIDERED} | {move.to for move in table.TABLE if move.to}
    assert reached == set(Stage)
    for state in OPEN:
        assert any(state in move.sources and move.leaves for move in table.TABLE)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(table.MOVES)), st.booleans(), st.booleans()), max_size=12))
def test_no_order_of_moves_by_two_people_loses_or_doubles_anything(ana, dr, person_id, steps):
    from django.db import transaction

    with transaction.atomic():
        row = consider(person_id=person_id, program="compass", by=ana, why="Found")
        done = 0
        for move, by_clinician, on_an_old_page in steps:
            said = Said("because", "watch", today() + timedelta(days=9), AGREED.consent, attempt().attempt, "cost")
            seen = row.turn - 1 if on_an_old_page else row.turn
            try:
                row = move_episode(episode=row, move=move, by=dr if by_clinician else ana, said=said, seen=seen)
            except (BadInput, Refusal):
                row.refresh_from_db()
            else:
                assert not on_an_old_page
                done += 1
            assert row.turn == done and row.history.count() == done + 1
            assert [one.name for one in offers(row)] == [one.name for one in table.TABLE if row.state in one.sources]
        assert Episode.objects.filter(person_id=person_id).count() == 1
        transaction.set_rollback(True)
