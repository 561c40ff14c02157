"""Quick questions: what one needs, when it is seen, answered once by tap or by link, and the task that follows."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from bluering.coordination import answer_links, questions
from bluering.coordination.models import Handoff, Question, Task
from bluering.errors import BadInput, Refusal


def later(hours: int = 30) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def asked(ana, dr, person_id, **changes) -> Question:
    said = {"text": "Furosemide 40 or 80 mg?", "choices": ["40 mg", "80 mg", "Call me"], "to": dr, "needed_by": later()}
    return questions.ask(**{"person_id": person_id, "by": ana, **said, **changes})


@pytest.fixture
def question(ana, dr, person_id) -> Question:
    return asked(ana, dr, person_id)


def test_a_question_is_a_handoff_and_its_answer_the_result_and_a_task(question, ana, dr):
    assert (question.handoff.kind, question.handoff.state, question.handoff.receiver_user) == ("question", "sent", dr)
    done = questions.answer(question=question, answer="40 mg", by=dr)
    handoff = Handoff.objects.get()
    assert (handoff.state, handoff.history.last().note, done.via) == ("result_back", "40 mg", "page")
    assert handoff.information_confirmed_at and handoff.responsibility_confirmed_at and handoff.result_at
    task = Task.objects.get()
    assert (task.owner, task.title, task.note) == (ana, "Dr. Dunn: 40 mg", "Asked: Furosemide 40 or 80 mg?")
    with pytest.raises(Refusal, match="answered meanwhile: 40 mg"):
        questions.answer(question=question, answer="80 mg", by=dr)
    assert Task.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "title"), ({"choices": ["Yes"]}, "choices"), ({"choices": ["Yes", "Yes", " "]}, "choices"),
        ({"choices": list("abcdef")}, "choices"), ({"choices": ["Yes", "x" * 61]}, "choices"),
        ({"needed_by": timezone.now() - timedelta(minutes=1)}, "needed_by"),
    ],
)  # fmt: skip
def test_what_a_question_needs(ana, dr, person_id, changes, field):
    with pytest.raises(BadInput, match=f"^{field}:"):
        asked(ana, dr, person_id, **changes)
    assert not Handoff.objects.exists()


def test_only_clinicians_are_asked(ana, ben, person_id):
    with pytest.raises(BadInput, match=r"^to:"):
        asked(ana, ben, person_id)


@pytest.mark.parametrize(
    ("times", "now", "needed", "seen"),
    [
        ([], "09:00", 30, "09:00"), (["12:00", "16:30"], "09:00", 30, "12:00"), (["12:00", "16:30"], "12:00", 30, "16:30"),
        (["12:00"], "15:00", 30, "12:00+1"), (["12:00"], "09:00", 2, "09:00"), (["12:00"], "15:00", 20, "15:00"),
    ],
)  # fmt: skip
def test_seen_at_the_next_time_of_the_rhythm_unless_that_is_too_late(dr, times, now, needed, seen):
    questions.set_rhythm(by=dr, times=times)
    moment = timezone.make_aware(datetime.fromisoformat(f"2026-11-24T{now}"))
    found = timezone.localtime(questions.seen_at(dr, moment + timedelta(hours=needed), moment))
    clock, _, days = seen.partition("+")
    assert (found.strftime("%H:%M"), (found.date() - moment.date()).days) == (clock, int(days or 0))


def test_what_is_not_seen_yet_is_counted(ana, dr, person_id):
    soon = (timezone.localtime() + timedelta(hours=1)).strftime("%H:%M")
    questions.set_rhythm(by=dr, times=[soon])
    asked(ana, dr, person_id)
    assert questions.to_answer(dr) == ([], 1)
    shown, later_on = questions.to_answer(dr, timezone.now() + timedelta(hours=2))
    assert len(shown) == 1 and later_on == 0


@pytest.mark.parametrize("times", [["noon"], ["25:00"], ["12:00", "x"]])
def test_a_rhythm_is_times_of_day(dr, times):
    with pytest.raises(BadInput, match="times"):
        questions.set_rhythm(by=dr, times=times)


def test_answered_by_link(question, ana, dr):
    secret = answer_links.make_link(handoff=question.handoff, by=ana)
    done = answer_links.answer_question(secret=secret, question=question, answer="80 mg")
    question.refresh_from_db()
    assert (done.state, question.via, done.history.last().by) == ("result_back", "link", dr)
    with pytest.raises(Refusal):
        answer_links.answer_question(secret=secret, question=question, answer="40 mg")


@pytest.mark.parametrize("said", ["", "  ", "x" * 401])
def test_an_answer_says_something(question, dr, said):
    with pytest.raises(BadInput, match="answer"):
        questions.answer(question=question, answer=said, by=dr)


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "wen"])
def test_it_is_the_receivers(db, who, request, question):
    with pytest.raises(Refusal, match="for Dr"):
        questions.answer(question=question, answer="Yes", by=request.getfixturevalue(who))
    with pytest.raises(Refusal):
        questions.set_rhythm(by=request.getfixturevalue(who), times=["12:00"])


def test_others_do_not_ask_about_them(ben, dr, person_id, ana):
    with pytest.raises(Refusal):
        asked(ben, dr, person_id)


def test_how_long_answers_take_by_way(ana, dr, person_id):
    for minutes, via in ((10, "page"), (30, "page"), (200, "link")):
        one = asked(ana, dr, person_id)
        questions.answer(question=one, answer="40 mg", by=dr, via=via)
        now = timezone.now()
        Question.objects.filter(pk=one.pk).update(
            show_from=now - timedelta(minutes=minutes),
            answered_at=now,
            needed_by=now - timedelta(minutes=100 - minutes),
        )
    found = {
        one.via: (one.minutes, one.count, one.in_time)
        for one in questions.answer_times(timezone.now() - timedelta(days=1))
    }
    assert found == {"page": (20, 2, 0), "link": (200, 1, 1)}
