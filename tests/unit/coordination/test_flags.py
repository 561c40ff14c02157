"""A flag is raised in a sentence, answered once by whoever looks after the person, and heard by whoever raised it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bluering.access.models import AuditEvent, User
from bluering.coordination.flags import answer_flag, ask_again, flags_of, hear_answer, raise_flag, to_answer, to_hear
from bluering.coordination.models import Flag, FlagState, Panel
from bluering.errors import BadInput, Refusal


@pytest.fixture
def flag(person_id, ana, dr) -> Flag:
    """Dr. Dunn noticed something about a person whom Ana holds."""
    return raise_flag(person_id=person_id, why="Short of breath on the phone", urgency="today", by=dr)


def test_a_flag_waits_for_whoever_holds_the_person(flag, ana, ben, dr):
    assert to_answer(ana) == [flag] and to_answer(ben) == [] and to_hear(dr) == []
    assert flag.due_date == timezone.localdate()


@pytest.mark.parametrize(("urgency", "days"), [("today", 0), ("soon", 3), ("sometime", 14)])
def test_it_wants_an_answer_by_a_day(person_id, ana, urgency, days):
    made = raise_flag(person_id=person_id, why="Look", urgency=urgency, by=ana)
    assert made.due_date == timezone.localdate() + timedelta(days=days)


def test_the_most_urgent_stands_first(flag, person_id, ana, dr):
    later = raise_flag(person_id=person_id, why="Needs a form", urgency="sometime", by=dr)
    sooner = raise_flag(person_id=person_id, why="Asked for a ride", urgency="soon", by=dr)
    assert to_answer(ana) == [flag, sooner, later]


def test_about_somebody_on_nobodys_panel_it_waits_for_every_coordinator(ana, ben, dr):
    made = raise_flag(person_id="nobody-holds", why="New here", urgency="soon", by=dr)
    assert to_answer(ana) == to_answer(ben) == [made]


def test_the_answer_is_heard_by_who_raised_it_once(flag, ana, dr):
    answer_flag(flag=flag, answer="taken", words="Calling her now", by=ana)
    assert to_answer(ana) == [] and [one.pk for one in to_hear(dr)] == [flag.pk]
    hear_answer(flag=flag, by=dr)
    hear_answer(flag=flag, by=dr)
    assert to_hear(dr) == []
    assert [event.what for event in flag.history.all()] == ["raise", "answer", "hear"]


def test_answering_ones_own_flag_needs_no_hearing(person_id, ana):
    own = raise_flag(person_id=person_id, why="Look again", urgency="soon", by=ana)
    answer_flag(flag=own, answer="known", by=ana)
    assert to_hear(ana) == []


def test_an_answer_that_does_not_do_is_asked_again(flag, ana, dr):
    answer_flag(flag=flag, answer="known", by=ana)
    ask_again(flag=flag, why="She is worse", by=dr)
    (waiting,) = to_answer(ana)
    assert (waiting.why, waiting.state, waiting.answered_by) == ("She is worse", FlagState.OPEN, None)
    assert [event.what for event in flag.history.all()] == ["raise", "answer", "again"]


def test_two_who_answer_at_once_do_not_write_over_each_other(flag, ana, person_id):
    cover = User.objects.create(username="cov", role="coordinator", display_name="Cora")
    stale = Flag.objects.get(pk=flag.pk)
    answer_flag(flag=flag, answer="taken", by=ana)
    Panel.objects.filter(person_id=person_id).update(coordinator=cover)
    with pytest.raises(Refusal, match="Ana Ruiz has answered it meanwhile: i take it on"):
        answer_flag(flag=stale, answer="nothing", words="No", by=cover)
    flag.refresh_from_db()
    assert flag.answer == "taken"


def test_the_same_words_on_one_day_are_one_flag(flag, person_id, dr):
    assert raise_flag(person_id=person_id, why="  Short of breath  on the phone", urgency="soon", by=dr) == flag
    assert Flag.objects.count() == 1 and flag.history.count() == 1


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_the_wrong_user_neither_raises_nor_answers(flag, person_id, who, request):
    wrong = request.getfixturevalue(who)
    with pytest.raises(Refusal):
        raise_flag(person_id=person_id, why="Look", urgency="soon", by=wrong)
    with pytest.raises(Refusal):
        answer_flag(flag=flag, answer="known", by=wrong)
    assert Flag.objects.get().state == FlagState.OPEN


def test_a_clinician_raises_and_does_not_answer(flag, dr):
    with pytest.raises(Refusal):
        answer_flag(flag=flag, answer="known", by=dr)


def test_only_who_raised_it_hears_it_or_asks_again(flag, ana):
    answer_flag(flag=flag, answer="known", by=ana)
    for act in (lambda: hear_answer(flag=flag, by=ana), lambda: ask_again(flag=flag, why="x", by=ana)):
        with pytest.raises(Refusal, match=r"Only Dr. Dunn"):
            act()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"why": " "}, "why: write a sentence"),
        ({"why": "x" * 401}, "at most 400"),
        ({"urgency": "now"}, "urgency: unknown"),
    ],
)
def test_a_flag_says_why_and_how_urgent(person_id, ana, given, says):
    with pytest.raises(BadInput, match=says):
        raise_flag(**{"person_id": person_id, "why": "Look", "urgency": "soon", "by": ana, **given})
    assert not Flag.objects.exists()


@pytest.mark.parametrize("answer", ["passed", "nothing"])
def test_passing_it_on_or_leaving_it_needs_words(flag, ana, answer):
    with pytest.raises(BadInput, match="words: say to whom"):
        answer_flag(flag=flag, answer=answer, by=ana)


def test_every_turn_is_audited_without_what_was_said(flag, ana, dr, person_id):
    answer_flag(flag=flag, answer="taken", words="Calling", by=ana)
    hear_answer(flag=flag, by=dr)
    told = list(
        AuditEvent.objects.filter(action__startswith="flag.")
        .order_by("id")
        .values_list("action", "person_id", "detail")
    )
    assert told == [(f"flag.{what}", person_id, f"flag {flag.pk}") for what in ("raise", "answer", "hear")]


def test_many_flags_take_as_many_queries_as_one(person_id, ana, dr, django_assert_max_num_queries):
    for number in range(30):
        raise_flag(person_id=f"p{number}", why=f"Look {number}", urgency="soon", by=dr)
    with django_assert_max_num_queries(10):
        assert len(to_answer(User.objects.get(pk=ana.pk))) == 30
    assert flags_of(ana, "p3")[0].raised_at.date() <= date.today() + timedelta(days=1)
