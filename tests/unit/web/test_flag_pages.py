"""Flags in pages: raised from the person, answered from Today, heard by who raised them."""

import pytest

from bluering.coordination.flags import answer_flag, raise_flag
from bluering.coordination.models import Flag


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def flag(walter, ana, dr) -> Flag:
    return raise_flag(person_id=walter, why="Sounded confused", urgency="today", by=dr)


def test_a_flag_is_raised_from_the_persons_page(as_user, dr, ana, walter):
    page = as_user(dr)
    assert 'data-flag href="/people/' in text(page.get(f"/people/{walter}/"))
    assert "What did you notice?" in text(page.get(f"/people/{walter}/flag/"))
    assert page.post(f"/people/{walter}/flag/", {"why": "Sounded confused", "urgency": "today"}).status_code == 302
    assert "Sounded confused" in text(as_user(ana).get("/"))
    assert "Sounded confused" in text(as_user(ana).get(f"/people/{walter}/"))
    assert "Flag raised" in text(as_user(ana).get(f"/people/{walter}/timeline/"))


def test_the_answer_comes_back_to_who_raised_it(as_user, flag, ana, dr):
    assert as_user(ana).post(f"/flags/{flag.pk}/", {"answer": "taken", "words": "Calling at nine"}).status_code == 302
    assert "Sounded confused" not in text(as_user(ana).get("/"))
    said = text(as_user(dr).get("/"))
    assert "Calling at nine" in said and "Heard: Sounded confused" in said
    assert as_user(dr).post(f"/flags/{flag.pk}/hear/").status_code == 302
    assert "Calling at nine" not in text(as_user(dr).get("/"))


def test_an_answer_considers_for_a_program_in_the_same_step(as_user, flag, ana, walter):
    page = as_user(ana)
    assert "Consider for a program" in text(page.get(f"/flags/{flag.pk}/"))
    assert page.post(f"/flags/{flag.pk}/", {"answer": "taken", "program": "compass"}).status_code == 302
    assert "Sounded confused" in text(page.get(f"/people/{walter}/programs/"))
    assert page.post(f"/flags/{flag.pk}/", {"answer": "taken", "program": "wishes"}).status_code == 422


def test_asking_again_puts_it_back(as_user, flag, ana, dr):
    answer_flag(flag=flag, answer="known", by=ana)
    assert "What is still open" in text(as_user(dr).get(f"/flags/{flag.pk}/again/"))
    as_user(dr).post(f"/flags/{flag.pk}/again/", {"why": "Fell today"})
    assert "Fell today" in text(as_user(ana).get("/"))


@pytest.mark.parametrize("given", [{}, {"why": "x"}, {"urgency": "today"}, {"why": "x" * 401, "urgency": "soon"}])
def test_what_is_missing_is_said_beside_its_field(as_user, ana, walter, given):
    assert as_user(ana).post(f"/people/{walter}/flag/", given).status_code == 422 and not Flag.objects.exists()


def test_an_answer_without_its_reason_is_asked_for(as_user, flag, ana):
    answer = as_user(ana).post(f"/flags/{flag.pk}/", {"answer": "nothing"})
    assert answer.status_code == 422 and "Say to whom, or why" in text(answer)


def test_who_comes_second_is_told_who_was_first(as_user, flag, ana):
    answer_flag(flag=flag, answer="taken", by=ana)
    again = as_user(ana).post(f"/flags/{flag.pk}/", {"answer": "known"})
    assert again.status_code == 422 and "Ana Ruiz has answered it meanwhile" in text(again)


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_nobody_else_sees_or_answers(as_user, flag, walter, request, who):
    page = as_user(request.getfixturevalue(who))
    for answer in (
        page.get(f"/people/{walter}/flag/"),
        page.get(f"/flags/{flag.pk}/"),
        page.post(f"/flags/{flag.pk}/", {"answer": "known"}),
    ):
        assert answer.status_code == 403 and "Sounded confused" not in text(answer)
    assert page.post(f"/flags/{flag.pk}/hear/").status_code == 404
    assert page.get(f"/flags/{flag.pk}/again/").status_code == 404
    assert "Sounded confused" not in text(page.get("/", follow=True))


def test_a_flag_that_does_not_exist_is_not_found(as_user, ana):
    for address in ("/flags/999/", "/flags/999/again/"):
        assert as_user(ana).get(address).status_code == 404
