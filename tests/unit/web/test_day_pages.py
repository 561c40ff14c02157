"""My day in pages: minutes, order by buttons, left with a reason, and who may not."""

import pytest

from bluering.coordination.models import DayPlan


def text(response) -> str:
    return response.content.decode()


def test_the_day_of_a_coordinator(as_user, ana, walter, panel):
    panel(6)
    page = as_user(ana)
    said = text(page.get("/day/"))
    assert "As if you had 240 minutes" in said and "Home from County General" in said and "why here" in said
    assert page.post("/day/minutes/", {"minutes": "20"}).status_code == 302
    said = text(page.get("/day/"))
    assert "20 of 20 minutes left" in said and "Does not fit" in said
    page.post("/day/minutes/", {"minutes": "many"})
    assert "Write a number" in text(page.get("/day/")) and DayPlan.objects.get().minutes == 20


def test_put_in_order_and_left_with_a_reason(as_user, ana, walter, panel):
    panel(2)
    page = as_user(ana)
    other = f"{1:032x}"
    assert page.post("/day/put/", {"person": other, "before": walter}).status_code == 302
    said = text(page.get("/day/"))
    assert said.index(f'data-person="{other}"') < said.index(f'data-person="{walter}"')
    assert page.post(f"/day/leave/{walter}/", {"why": ""}).status_code == 422
    assert page.post(f"/day/leave/{walter}/", {"why": "No time today"}).status_code == 302
    said = text(page.get("/day/"))
    assert "Knowingly left today" in said and f'data-person="{walter}"' not in said
    assert page.post(f"/day/take-up/{walter}/").status_code == 302
    assert f'data-person="{walter}"' in text(page.get("/day/"))


def test_queries_do_not_grow(as_user, ana, panel, django_assert_max_num_queries):
    panel(50)
    page = as_user(ana)
    with django_assert_max_num_queries(40):
        page.get("/day/")


@pytest.mark.parametrize("who", ["dr", "cleo", "wen"])
def test_who_may_not(db, as_user, request, who, walter):
    page = as_user(request.getfixturevalue(who))
    assert page.get("/day/").status_code == 403
    assert page.post("/day/minutes/", {"minutes": "60"}).status_code == 403
    assert page.post("/day/put/", {"person": walter}).status_code == 403
