"""The table of moves, without a database: what no sequence of moves can do."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluering.coordination import document, states
from bluering.coordination.errors import NotPossibleNow
from bluering.coordination.models import FINISHED, Handoff, State

START = datetime(2026, 3, 2, 15, tzinfo=UTC)
STAMPS = (
    "information_confirmed_at",
    "responsibility_confirmed_at",
    "result_at",
    "acted_at",
    "person_told_at",
    "closed_at",
)
any_moves = st.lists(st.sampled_from(states.TABLE), max_size=40)


def fresh() -> SimpleNamespace:
    blank = dict.fromkeys((*STAMPS, "information_confirmed_by", "responsibility_confirmed_by"))
    return SimpleNamespace(state="draft", sender="us", receiver="them", **blank)


def walk(moves):
    """Try each move; yield the handoff before and after each one that is possible."""
    handoff = fresh()
    for step, move in enumerate(moves):
        before = SimpleNamespace(**vars(handoff))
        try:
            states.apply(handoff, move, at=START + timedelta(hours=step), by="somebody")
        except NotPossibleNow:
            assert vars(before) == vars(handoff)
            continue
        yield move, before, handoff


def responsible(handoff) -> str:
    return Handoff.responsible.fget(handoff)


@given(any_moves)
def test_nothing_closes_without_result_act_and_person_told(moves):
    for _, _, handoff in walk(moves):
        if handoff.state == State.CLOSED:
            assert handoff.result_at and handoff.acted_at and handoff.person_told_at


@given(any_moves)
def test_nothing_is_acted_on_or_told_before_the_result(moves):
    for _, _, handoff in walk(moves):
        assert handoff.result_at or not (handoff.acted_at or handoff.person_told_at)


@given(any_moves)
def test_the_sender_is_responsible_until_the_receiver_accepts(moves):
    accepted = False
    for move, _, handoff in walk(moves):
        accepted = move.name != "send" and (accepted or move.name == "accept")
        assert accepted or responsible(handoff) == "us"


@given(any_moves)
def test_somebody_who_is_responsible_without_being_the_sender_has_said_yes(moves):
    for _, _, handoff in walk(moves):
        assert responsible(handoff) == "us" or handoff.responsibility_confirmed_at


@given(any_moves)
def test_what_is_finished_stays_finished(moves):
    assert not [move for move, before, _ in walk(moves) if before.state in FINISHED]


@given(any_moves)
def test_a_result_is_never_thrown_away(moves):
    for _, before, handoff in walk(moves):
        assert not before.result_at or handoff.result_at == before.result_at


@given(any_moves)
def test_only_finished_handoffs_have_a_closing_time(moves):
    for _, _, handoff in walk(moves):
        assert bool(handoff.closed_at) == (handoff.state in FINISHED)


def test_every_state_is_reached_by_some_move():
    reached = {move.target(source) for move in states.TABLE for source in move.sources}
    assert reached | {"draft"} == set(State.values)


def test_every_open_state_leads_to_an_end():
    ends = set(FINISHED)
    for _ in State.values:
        ends |= {source for move in states.TABLE for source in move.sources if move.target(source) in ends}
    assert ends == set(State.values)


def test_confirming_the_information_does_not_move_the_responsibility():
    handoff = fresh()
    for name in ("send", "confirm_information"):
        states.apply(handoff, states.MOVES[name], at=START, by="them")
    assert (handoff.state, responsible(handoff)) == ("received", "us")


def test_information_may_arrive_after_the_yes():
    handoff = fresh()
    for name in ("send", "accept", "confirm_information"):
        states.apply(handoff, states.MOVES[name], at=START, by="them")
    assert handoff.state == "accepted" and handoff.information_confirmed_at == START


def test_sending_again_after_a_no_forgets_the_confirmations():
    handoff = fresh()
    for name in ("send", "confirm_information", "decline", "send"):
        states.apply(handoff, states.MOVES[name], at=START, by="them")
    assert handoff.state == "sent" and handoff.information_confirmed_at is None


def test_an_obstacle_says_what_is_missing():
    handoff = SimpleNamespace(state="acted_on", result_at=START, acted_at=START, person_told_at=None, closed_at=None)
    assert states.obstacle(handoff, states.MOVES["close"]) == "Close is possible once the person has been told."


def test_an_obstacle_says_from_where_a_move_starts():
    with pytest.raises(NotPossibleNow, match=r"Start is possible when it is: accepted. It is draft."):
        states.apply(fresh(), states.MOVES["start"], at=START, by="them")


def test_the_drawing_is_current():
    assert document.PAGE.read_text(encoding="utf-8") == document.page(), "run python -m bluering.coordination.document"
    assert document.TASKS.read_text(encoding="utf-8") == document.tasks_page(), (
        "run python -m bluering.coordination.document"
    )
    assert document.SAFETY.read_text(encoding="utf-8") == document.safety_page(), (
        "run python -m bluering.coordination.document"
    )
    assert document.EPISODES.read_text(encoding="utf-8") == document.episodes_page(), (
        "run python -m bluering.coordination.document"
    )
