"""Time that went elsewhere in pages: a tap on Today, the month of one and of all."""

import pytest

from bluering.coordination.time_elsewhere import spend_time


def text(response) -> str:
    return response.content.decode()


def test_a_tap_on_today_counts_at_once(as_user, ana):
    page = as_user(ana)
    assert "Rooming patients" in text(page.get("/"))
    said = page.post("/time/spend/", {"kind": "rooming", "minutes": "30"}, headers={"HX-Request": "true"})
    assert said.status_code == 200 and "30 min lent to others" in text(said) and "<html" not in text(said)
    assert '<option value="30" selected>' in text(said), "the next tap is as long"
    assert "30 min lent to others" in text(page.get("/"))


def test_without_scripts_it_comes_back_to_today(as_user, ana):
    answer = as_user(ana).post("/time/spend/", {"kind": "phones", "minutes": "15"})
    assert answer.status_code == 302 and answer["Location"] == "/#time"


def test_the_last_is_taken_back(as_user, ana):
    spend_time(kind="phones", minutes=15, by=ana)
    said = as_user(ana).post("/time/spend/", {"act": "back", "minutes": "15"}, headers={"HX-Request": "true"})
    assert "lent to others</span>" not in text(said)
    again = as_user(ana).post("/time/spend/", {"act": "back", "minutes": "15"}, headers={"HX-Request": "true"})
    assert again.status_code == 422 and "Nothing of today is left" in text(again)


@pytest.mark.parametrize("given", [{}, {"kind": "phones"}, {"kind": "phones", "minutes": "abc"}, {"kind": "x", "minutes": "15"}, {"kind": "phones", "minutes": "99999999"}])  # fmt: skip
def test_a_wrong_tap_gets_a_sentence(as_user, ana, given):
    said = as_user(ana).post("/time/spend/", given, headers={"HX-Request": "true"})
    assert said.status_code == 422 and 'role="alert"' in text(said)


def test_the_month_is_ones_own_for_a_coordinator_and_all_for_an_administrator(as_user, ana, ben, cleo):
    spend_time(kind="processing", minutes=60, by=ben)
    assert "Ben Okafor" not in text(as_user(ana).get("/time/"))
    said = text(as_user(cleo).get("/time/"))
    assert "Ben Okafor" in said and "Ana Ruiz" in said and "1 h" in said and "Processing referrals" in said


@pytest.mark.parametrize("address", ["/time/2026-13/", "/time/soon/", "/time/2099-01/"])
def test_a_month_that_is_none_is_not_found(as_user, ana, address):
    assert as_user(ana).get(address).status_code == 404


def test_earlier_months_are_reached(as_user, ana):
    assert "Jan 2026" in text(as_user(ana).get("/time/2026-01/"))


@pytest.mark.parametrize("who", ["wen", "dr"])
def test_nobody_else_looks(db, as_user, request, who):
    page = as_user(request.getfixturevalue(who))
    assert (
        page.get("/time/").status_code == 403
        and page.post("/time/spend/", {"kind": "phones", "minutes": "15"}).status_code == 403
    )
