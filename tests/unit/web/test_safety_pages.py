"""The safety path in pages: first on Today, on every page of the person, and nothing else asked meanwhile."""

import pytest

from bluering.coordination import safety
from bluering.coordination.models import Concern


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def concern(walter, ana) -> Concern:
    return safety.raise_concern(person_id=walter, why="staff", detail="Cannot go on, he says", by=ana)


def test_it_is_opened_from_the_persons_page(as_user, ana, walter):
    page = as_user(ana)
    assert "988" in text(page.get(f"/people/{walter}/safety/"))
    assert page.post(f"/people/{walter}/safety/", {"detail": ""}).status_code == 422
    assert page.post(f"/people/{walter}/safety/", {"detail": "Cannot go on, he says"}).status_code == 302
    for tab in ("", "timeline/", "contacts/", "team/", "programs/", "gaps/"):
        said = text(page.get(f"/people/{walter}/{tab}"))
        assert "Cannot go on, he says" in said and "tel:988" in said, tab


def test_today_shows_it_first_and_nothing_else_about_them(as_user, ana, dr, concern, walter):
    said = text(as_user(ana).get("/"))
    assert said.index("Cannot go on, he says") < said.index("Home from hospital")
    assert "Home from County General" not in said and "Title of bp_above_target" not in said
    assert "Cannot go on, he says" in text(as_user(dr).get("/"))


def test_taken_and_settled(as_user, ana, concern, walter):
    page = as_user(ana)
    assert page.post(f"/safety/{concern.pk}/take/", {}).status_code == 302
    assert "Ana Ruiz has it" in text(page.get("/"))
    answer = page.post(f"/safety/{concern.pk}/settle/", {"note": "Plan with his daughter"})
    assert answer.status_code == 422 and "Choose how it was settled" in text(answer)
    given = {"note": "Plan with his daughter", "outcome": "safe"}
    assert page.post(f"/safety/{concern.pk}/settle/", given).status_code == 302
    assert "Cannot go on" not in text(page.get("/")) and "Home from County General" in text(page.get("/"))
    assert "Plan with his daughter" in text(page.get(f"/people/{walter}/timeline/"))


def test_whose_training_does_not_cover_it_sees_who_could(as_user, ana, concern, walter):
    ana.credential = "CHW"
    ana.save()
    page = as_user(ana)
    said = text(page.get(f"/people/{walter}/"))
    assert "not in your scope of practice" in said and f"/safety/{concern.pk}/take/" not in said
    assert page.post(f"/safety/{concern.pk}/take/", {}).status_code == 422


def test_who_comes_second_is_told(as_user, ana, dr, concern):
    safety.move_concern(concern=concern, move="take", by=dr)
    answer = as_user(ana).post(f"/safety/{concern.pk}/take/", {})
    assert answer.status_code == 422 and "Dr. Dunn has it" in text(answer)


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_who_may_not(db, as_user, request, who, concern, walter):
    page = as_user(request.getfixturevalue(who))
    assert page.get(f"/people/{walter}/safety/").status_code == 403
    assert page.post(f"/safety/{concern.pk}/take/", {}).status_code == 403
    assert page.get("/safety/99999/take/").status_code == 404
