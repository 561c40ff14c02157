"""Questions in pages: asked from the person, answered in one tap on Today or by link, and who may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.coordination import questions
from bluering.coordination.models import Question


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def question(walter, ana, dr) -> Question:
    return questions.ask(
        person_id=walter, text="Furosemide 40 or 80 mg?", choices=["40 mg", "80 mg"], to=dr,
        needed_by=timezone.now() + timedelta(days=1), by=ana,
    )  # fmt: skip


def test_asked_answered_in_one_tap_and_a_task(as_user, ana, dr, walter):
    page = as_user(ana)
    assert "Answers to choose from" in text(page.get(f"/people/{walter}/ask/"))
    by = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    given = {"text": "Furosemide 40 or 80 mg?", "to": str(dr.pk), "choices": "40 mg\n80 mg", "needed_by": by}
    assert page.post(f"/people/{walter}/ask/", given | {"choices": "40 mg"}).status_code == 422
    assert page.post(f"/people/{walter}/ask/", given).status_code == 302
    theirs = as_user(dr)
    said = text(theirs.get("/"))
    assert said.count("Furosemide 40 or 80 mg?") >= 1 and 'value="80 mg"' in said and "0 handoffs to you" in said
    one = Question.objects.get()
    assert theirs.post(f"/questions/{one.pk}/", {"answer": "80 mg"}).status_code == 302
    assert 'value="80 mg"' not in text(theirs.get("/"))
    page = as_user(ana)
    assert "Dr. Dunn: 80 mg" in text(page.get("/")) and "80 mg" in text(page.get("/questions/"))
    assert "1 of 1 in time" in text(page.get("/questions/"))


def test_in_other_words_and_too_late(as_user, dr, question):
    page = as_user(dr)
    page.post(f"/questions/{question.pk}/", {"words": "60 mg for three days"})
    question.refresh_from_db()
    assert question.answer == "60 mg for three days"
    page.post(f"/questions/{question.pk}/", {"answer": "40 mg"})
    assert "answered meanwhile" in text(page.get("/questions/"))


def test_by_link_without_a_log_in(as_user, ana, question, client):
    shown = text(as_user(ana).post(f"/handoffs/{question.handoff_id}/link/"))
    where = "/h/" + shown.split("/h/")[1].split("/")[0] + "/"
    client.logout()
    assert 'value="80 mg"' in text(client.get(where))
    assert client.post(where, {"answer": ""}).status_code == 422
    assert "Thank you" in text(client.post(where, {"answer": "80 mg"}))
    assert client.get(where).status_code == 410


def test_a_rhythm_keeps_questions_for_their_time(as_user, ana, dr, walter):
    page, soon = as_user(dr), (timezone.localtime() + timedelta(hours=2)).strftime("%H:%M")
    page.post("/questions/rhythm/", {"times": "at lunch"})
    assert "Write times of day" in text(page.get("/questions/"))
    page.post("/questions/rhythm/", {"times": soon})
    questions.ask(
        person_id=walter,
        text="May she stop it?",
        choices=["Yes", "No"],
        to=dr,
        needed_by=timezone.now() + timedelta(days=2),
        by=ana,
    )
    said = text(page.get("/"))
    assert "May she stop it?" not in said and "1 more at your next time" in said


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_who_may_not(db, as_user, request, who, question, walter):
    page = as_user(request.getfixturevalue(who))
    assert page.get(f"/people/{walter}/ask/").status_code == 403
    assert page.post(f"/questions/{question.pk}/", {"answer": "40 mg"}).status_code == 404
    assert page.post("/questions/rhythm/", {"times": "12:00"}).status_code == 403
    board = page.get("/questions/")
    assert board.status_code == 403 if who == "wen" else "Furosemide" not in text(board)
