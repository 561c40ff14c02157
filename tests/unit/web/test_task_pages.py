"""Tasks and the clock in pages: opened with a contact, done from Today, refused with who could, and never twice."""

import pytest
from django.utils import timezone

from bluering.coordination import tasks
from bluering.coordination.models import Contact, Talk, Task


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def task(walter, ana) -> Task:
    return tasks.open_task(person_id=walter, title="Call the pharmacy", due_date=timezone.localdate(), by=ana)


def logged(page, walter, **changes):
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    given = {"mode": "phone", "reached": "yes", "whom": "person", "purpose": "Pills", "minutes": "6", "at": now}
    return page.post(f"/people/{walter}/contact/", given | changes)


def test_what_follows_from_a_contact_is_a_task(as_user, ana, walter):
    page, day = as_user(ana), timezone.localdate().isoformat()
    sheet = text(page.get(f"/people/{walter}/contact/"))
    assert "Becomes a task of yours" in sheet and "What they know to watch for" in sheet
    answer = logged(page, walter, then="Call the pharmacy")
    assert answer.status_code == 422 and "Choose the day" in text(answer) and not Task.objects.exists()
    before = Contact.objects.count()
    assert logged(page, walter, then="Call the pharmacy", then_due=day, topics=["medicines"]).status_code == 302
    assert Contact.objects.count() == before + 1 and Task.objects.get().contact.topics == ["medicines"]
    assert "Call the pharmacy" in text(page.get("/")) and "Call the pharmacy" in text(page.get("/tasks/"))
    assert "Medicines" in text(page.get(f"/people/{walter}/contacts/"))


def test_opened_taken_given_and_done(as_user, ana, dr, walter):
    page, day = as_user(ana), timezone.localdate().isoformat()
    assert page.post(f"/people/{walter}/task/", {"title": "", "due_date": day, "whose": "mine"}).status_code == 422
    given = {"title": "Ask about the dose", "due_date": day, "whose": "nobodys", "act": "order"}
    assert page.post(f"/people/{walter}/task/", given).status_code == 302
    task = Task.objects.get()
    said = text(page.get("/tasks/"))
    assert "not in your scope of practice" in said and f"/tasks/{task.pk}/take/" not in said
    answer = page.post(f"/tasks/{task.pk}/take/", {"seen": 0})
    assert answer.status_code == 422 and "a clinician" in text(answer)
    assert "Dr. Dunn" in text(page.get(f"/tasks/{task.pk}/give/"))
    assert page.post(f"/tasks/{task.pk}/give/", {"seen": 0, "to": str(dr.pk)}).status_code == 302
    theirs = as_user(dr)
    assert "Ask about the dose" in text(theirs.get("/"))
    assert theirs.post(f"/tasks/{task.pk}/done/", {"seen": 1, "note": "Halved"}).status_code == 302
    assert "Ask about the dose" in text(theirs.get("/tasks/"))
    assert "Done: Halved" in text(theirs.get(f"/people/{walter}/timeline/"))


def test_two_who_act_at_once(as_user, ana, dr, task):
    tasks.move_task(task=task, move="done", by=dr)
    answer = as_user(ana).post(f"/tasks/{task.pk}/done/", {"seen": 0})
    assert answer.status_code == 422 and "Changed meanwhile by Dr. Dunn" in text(answer)


def test_the_clock_runs_on_every_page_and_counts_once(as_user, ana, walter, person):
    other = person("o" * 32, "Other")
    page = as_user(ana)
    assert page.post(f"/people/{walter}/talk/").status_code == 302
    for where in ("/", "/tasks/", f"/people/{walter}/"):
        assert "data-since" in text(page.get(where)), where
    page.post(f"/people/{other}/talk/")
    assert "minutes count once" in text(page.get("/")) and Talk.objects.count() == 1
    assert 'name="minutes" type="number" value="1"' in text(page.get(f"/people/{walter}/contact/"))
    assert logged(page, walter).status_code == 302
    assert "data-since" not in text(page.get("/")) and Talk.objects.get().contact is not None
    page.post(f"/people/{walter}/talk/")
    page.post("/talk/stop/")
    assert Talk.objects.filter(ended_at=None).count() == 0


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_who_may_not(db, as_user, request, who, task, walter):
    page = as_user(request.getfixturevalue(who))
    assert page.get(f"/people/{walter}/task/").status_code == 403
    assert page.post(f"/people/{walter}/talk/").status_code == 403
    assert page.post(f"/tasks/{task.pk}/done/", {"seen": 0}).status_code == 403
    assert page.get("/tasks/99999/done/").status_code == 404
    board = page.get("/tasks/")
    assert board.status_code == 403 if who != "ben" else "Call the pharmacy" not in text(board)
