"""The safety path: what opens it, whose it is, every move of its table, and who sees it."""

import pytest

from bluering.access.models import AuditEvent, Role, User
from bluering.coordination import safety
from bluering.coordination.actions import log_contact
from bluering.coordination.crisis import crisis_words
from bluering.coordination.errors import NotPossibleNow
from bluering.coordination.flags import raise_flag
from bluering.coordination.models import Concern, ConcernState
from bluering.coordination.moving import move_work
from bluering.errors import BadInput, Refusal


@pytest.fixture
def nurse(ana) -> User:
    ana.credential = "RN"
    ana.save()
    return ana


@pytest.fixture
def concern(nurse, person_id) -> Concern:
    return safety.raise_concern(person_id=person_id, why="staff", detail="Said she cannot go on", by=nurse)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Said she wants to die", "wants to die"),
        ("He is SUICIDAL, daughter is with him", "suicidal"),
        ("No quiero vivir; quiero morir", "quiero morir"),
        ("denies suicidal thoughts", ""),
        ("Denies any thoughts of suicide", ""),
        ("Did not answer. Neighbor heard her talk of suicide", "suicide"),
        ("no suicidal ideation", ""),
        ("niega ideas de suicidio", ""),
        ("habló de suicidio con su hermana", "suicidio"),
        ("Would rather dye her hair", ""),
        ("Wants to live by herself", ""),
        ("better off with dead batteries", ""),
        ("I'd be better off dead.", "better off dead"),
        ("", ""),
    ],
)
def test_words_of_crisis(text, found):
    assert crisis_words(text) == found


def test_a_note_opens_it(nurse, person_id):
    from django.utils import timezone

    log_contact(
        person_id=person_id, at=timezone.now(), mode="phone", reached=True, whom="person", purpose="Checking in",
        minutes=5, note="She said: I want to kill myself.", by=nurse,
    )  # fmt: skip
    (found,) = safety.standing_of(person_id)
    assert found.why == "words" and "kill myself" in found.detail


def test_a_flag_opens_it(dr, person_id):
    raise_flag(person_id=person_id, why="Talked of suicide at the front desk", urgency="today", by=dr)
    assert safety.in_danger([person_id, "other"]) == {person_id}


def test_the_same_again_is_one_and_something_else_is_added(concern, nurse, person_id):
    assert safety.raise_concern(person_id=person_id, why="staff", detail="Said she cannot go on", by=nurse) == concern
    safety.raise_concern(person_id=person_id, why="staff", detail="Called again, crying", by=nurse)
    assert Concern.objects.count() == 1
    assert [event.note for event in concern.history.all()] == ["Said she cannot go on", "Called again, crying"]


def test_from_open_to_settled(concern, nurse, dr):
    assert [move.name for move in safety.offers(concern, nurse)] == ["take"]
    row = safety.move_concern(concern=concern, move="take", by=nurse)
    assert (row.state, row.taken_by) == ("taken", nurse)
    assert [move.name for move in safety.offers(row, nurse)] == ["hand_back", "settle"]
    assert [move.name for move in safety.offers(row, dr)] == ["take_over"]
    row = safety.move_concern(concern=row, move="take_over", by=dr)
    row = safety.move_concern(
        concern=row, move="settle", by=dr, note="C-SSRS low, plan with her sister", outcome="safe"
    )
    assert (row.state, row.outcome) == ("closed", "safe") and not safety.standing_of(row.person_id)
    assert [event.what for event in row.history.all()] == ["open", "take", "take_over", "settle"]
    assert AuditEvent.objects.filter(action__startswith="safety.").count() == 4


@pytest.mark.parametrize(
    ("move", "said", "complaint"),
    [
        ("settle", {"outcome": "safe"}, "note"),
        ("settle", {"note": "Talked"}, "outcome"),
        ("settle", {"note": "Talked", "outcome": "fine"}, "outcome"),
        ("hand_back", {}, "note"),
        ("vanish", {}, "move"),
    ],
)
def test_what_a_move_needs(concern, nurse, move, said, complaint):
    row = safety.move_concern(concern=concern, move="take", by=nurse)
    with pytest.raises(BadInput, match=f"^{complaint}:"):
        safety.move_concern(concern=row, move=move, by=nurse, **said)


def test_who_comes_second_is_told_who_has_it(concern, nurse, dr):
    safety.move_concern(concern=concern, move="take", by=nurse)
    with pytest.raises(NotPossibleNow, match="Ana Ruiz has it"):
        safety.move_concern(concern=concern, move="take", by=dr)
    with pytest.raises(NotPossibleNow, match="Ana Ruiz has it; take it over first"):
        safety.move_concern(concern=concern, move="settle", by=dr, note="x", outcome="safe")


@pytest.mark.parametrize(("badge", "may"), [("RN", True), ("LICSW", True), ("CHW", False), ("MA", False), ("", False)])
def test_only_the_licensed_take_it(concern, ana, badge, may):
    ana.credential = badge
    ana.save()
    assert bool(safety.offers(concern, ana)) == may
    if may:
        assert safety.move_concern(concern=concern, move="take", by=ana).state == ConcernState.TAKEN
    else:
        with pytest.raises(Refusal, match="not in your scope"):
            safety.move_concern(concern=concern, move="take", by=ana)


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_nobody_else_raises_or_takes_it(db, who, request, concern):
    wrong = request.getfixturevalue(who)
    with pytest.raises(Refusal):
        safety.raise_concern(person_id=concern.person_id, why="staff", detail="x", by=wrong)
    with pytest.raises(Refusal):
        safety.move_concern(concern=concern, move="take", by=wrong)
    assert safety.waiting_for(wrong) == []


def test_it_waits_for_everybody_who_may_reach_them(concern, nurse, dr, django_assert_max_num_queries):
    for number in range(30):
        safety.raise_concern(person_id=f"nobody-{number}", why="staff", detail="x", by=dr)
    with django_assert_max_num_queries(6):
        assert len(safety.waiting_for(nurse)) == 31
    safety.move_concern(concern=concern, move="take", by=nurse)
    assert safety.waiting_for(nurse)[-1] == concern, "what nobody has comes first"


def test_it_goes_with_the_person(concern):
    move_work(from_person=concern.person_id, to_person="p-other")
    assert safety.in_danger(["p-other"]) == {"p-other"}


def test_the_table_leads_everywhere():
    reached = {str(ConcernState.OPEN)} | {str(move.to) for move in safety.TABLE}
    assert reached == set(ConcernState.values)
    assert Role.COORDINATOR
