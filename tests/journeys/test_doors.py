"""Nobody in who does not belong, and a sentence for whoever is turned away."""

import re


def person_of(page, name: str) -> str:
    page.goto("/patients/?sort=name")
    return page.get_by_role("link", name=name).first.get_attribute("href").partition("#")[0]


def test_a_coordinator_does_not_open_a_colleagues_patient(open_page):
    walter = person_of(open_page("dana"), "Andrews, Walter")
    page = open_page("marcus")
    for address in (walter, f"{walter}timeline/", f"{walter}contact/"):
        answer = page.goto(address)
        assert answer.status == 403
        words = page.locator("body").inner_text()
        assert "Andrews" not in words
        assert "Walter" not in words
        assert re.search(r"coordinat|panel|cover", words), words


def test_an_administrator_opens_nobody(open_page):
    walter = person_of(open_page("dana"), "Andrews, Walter")
    page = open_page("ruth")
    assert page.goto(walter).status == 403
    assert "Andrews" not in page.locator("body").inner_text()
    assert page.goto("/patients/").status == 403


def test_without_log_in_every_page_leads_to_the_door(open_page):
    page = open_page()
    for address in ("/", "/patients/", "/handoffs/", "/people/x/", "/inbox/", "/ui/"):
        page.goto(address)
        assert "/log-in/" in page.url


def guess(page) -> None:
    page.goto("/log-in/")
    page.get_by_label("Name", exact=True).fill("teresa")
    page.get_by_label("Password", exact=True).fill("guess")
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def test_a_wrong_password_is_said_and_guessing_is_slowed(open_page):
    page = open_page()
    guess(page)
    assert "do not belong together" in page.get_by_role("alert").inner_text()
    for _ in range(6):
        guess(page)
    assert re.search("Too many tries. Wait", page.get_by_role("alert").inner_text())
