"""axe-core finds nothing on any page, in light and in dark, and nothing sticks out on a telephone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = ("/", "/patients/", "/handoffs/", "/contact/", "/ui/")
ABOUT = ("", "timeline/", "contacts/", "gaps/", "contact/", "handoff/", "assign/")


def faults_on(page) -> list[str]:
    """What axe finds, one line each, with the place."""
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def walter(page) -> str:
    page.goto("/")
    return page.locator("#home a", has_text="Andrews, Walter").get_attribute("href")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, scheme):
    page = open_page("dana", color_scheme=scheme)
    person, faults = walter(page), []
    for address in (*PAGES, *(person + tab for tab in ABOUT)):
        page.goto(address)
        for folded in page.locator("details:not([open]) > summary").all()[:3]:
            if folded.is_visible():
                folded.click()
        faults += faults_on(page)
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_door_in_the_dialog_and_in_the_inbox(open_page, scheme):
    page = open_page(color_scheme=scheme)
    page.goto("/log-in/")
    faults = faults_on(page)
    page = open_page("ruth", color_scheme=scheme)
    for address in ("/", "/inbox/"):
        page.goto(address)
        faults += faults_on(page)
    page = open_page("dana", color_scheme=scheme)
    page.goto(walter(page), wait_until="networkidle")
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_text(re.compile("Log a contact with")).wait_for()
    faults += faults_on(page)
    assert faults == []


def test_nothing_sticks_out_on_a_telephone(open_page):
    page = open_page("dana", viewport={"width": 390, "height": 844})
    person, wide = walter(page), []
    for address in (*PAGES, *(person + tab for tab in ABOUT)):
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
    assert wide == []
