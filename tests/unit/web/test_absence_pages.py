"""Absences in pages: arranged by a form, read by the two whom they concern, ended in one press."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.coordination.actions import arrange_cover
from bluering.coordination.flags import raise_flag
from bluering.coordination.models import Contact, Cover
from bluering.coordination.queries import covered_by


def text(response) -> str:
    return response.content.decode()


def day(number: int):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def cover(ana, ben, walter) -> Cover:
    return arrange_cover(absent=ana, covering=ben, since=day(0), until=day(5), by=ana, note="Thursday is the huddle")


def test_one_arranges_ones_own_absence(as_user, ana, ben):
    page = as_user(ana)
    assert "Nobody is away" in text(page.get("/absences/"))
    given = {"covering": "ben", "since": day(0).isoformat(), "until": day(5).isoformat(), "note": "Back on Monday"}
    assert page.post("/absences/", given).status_code == 302
    said = text(page.get("/absences/"))
    assert "You are away, Ben Okafor covers" in said and "Back on Monday" in said
    assert covered_by(ben) == {"ana"} and "Ana Ruiz is away, you cover" in text(as_user(ben).get("/absences/"))


def test_an_administrator_arranges_anybodys_and_reads_no_sheet(as_user, ana, ben, cleo, walter):
    page = as_user(cleo)
    given = {"absent": "ana", "covering": "ben", "since": day(0).isoformat(), "until": day(5).isoformat()}
    assert page.post("/absences/", given).status_code == 302
    cover = Cover.objects.get()
    assert "Ana Ruiz is away, Ben Okafor covers" in text(page.get("/absences/"))
    for part in ("sheet", "back"):
        answer = page.get(f"/absences/{cover.pk}/{part}/")
        assert answer.status_code == 403 and "Andrews" not in text(answer)


WRONG = [
    ({"covering": ""}, "Choose who covers"), ({"covering": "nobody"}, "Choose one of the list"), ({"until": ""}, "access ends with it"),
    ({"since": "soon"}, "Write the day as"), ({"until": "2020-01-01"}, "Choose a day on or after the first"), ({"covering": "ana"}, "Choose another care coordinator"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "says"), WRONG)
def test_what_cannot_be_is_said_beside_its_field(as_user, ana, ben, wrong, says):
    given = {"covering": "ben", "since": day(0).isoformat(), "until": day(5).isoformat()} | wrong
    answer = as_user(ana).post("/absences/", given)
    assert answer.status_code == 422 and says.lower() in text(answer).lower() and not Cover.objects.exists()


def test_the_sheet_says_who_wants_what(as_user, cover, ben, dr, walter):
    raise_flag(person_id=walter, why="Sounded weak", urgency="soon", by=dr)
    said = text(as_user(ben).get(f"/absences/{cover.pk}/sheet/"))
    assert "Andrews, Walter" in said and "Sounded weak" in said and "Thursday is the huddle" in said
    assert AuditEvent.objects.filter(user=ben, person_id=walter, detail=f"cover {cover.pk}").exists()


def test_who_comes_back_reads_what_happened(as_user, cover, ana, ben, walter):
    Contact.objects.create(
        person_id=walter,
        at=timezone.now(),
        mode="phone",
        reached=True,
        whom="person",
        purpose="Weighed himself",
        minutes=5,
        by=ben,
    )
    said = text(as_user(ana).get(f"/absences/{cover.pk}/back/"))
    assert "Weighed himself, reached, Ben Okafor" in said and "gaps closed" in said


def test_it_is_ended_by_who_is_away(as_user, cover, ana, ben):
    assert as_user(ben).post(f"/absences/{cover.pk}/end/").status_code == 403
    assert covered_by(ben) == {"ana"}
    assert as_user(ana).post(f"/absences/{cover.pk}/end/").status_code == 302
    assert covered_by(ben) == set()


@pytest.mark.parametrize("who", ["dr", "wen"])
def test_nobody_else(as_user, cover, request, who):
    page = as_user(request.getfixturevalue(who))
    for answer in (page.get("/absences/"), page.get(f"/absences/{cover.pk}/sheet/"), page.get(f"/absences/{cover.pk}/back/"), page.post(f"/absences/{cover.pk}/end/")):  # fmt: skip
        assert answer.status_code == 403 and "Andrews" not in text(answer)


def test_one_that_does_not_exist_is_not_found(as_user, ana):
    assert [as_user(ana).get(f"/absences/999/{part}/").status_code for part in ("sheet", "back")] == [404, 404]
    assert as_user(ana).post("/absences/999/end/").status_code == 404
