"""axe-core finds nothing on any page, in light and in dark, and nothing sticks out on a telephone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = (
    "/",
    "/patients/",
    "/handoffs/",
    "/contact/",
    "/who/",
    "/who/?state=joined",
    "/who/repairs/",
    "/rosters/",
    "/rosters/queue/",
    "/tasks/",
    "/registry/",
    "/review/",
    "/day/",
    "/questions/",
    "/time/",
    "/absences/",
    "/ui/",
)
ADMINISTRATOR = (
    "/",
    "/programs/",
    "/time/",
    "/months/",
    "/rosters/",
    "/inbox/",
    "/practices/",
    "/practices/new/",
    "/ui/",
)
DATA_STEWARD = (
    "/data/", "/inbox/", "/inbox/documents/", "/sources/", "/sources/maple-ehr/", "/sources/heartland-health-plan/", "/sources/maple-ehr/describe/",
    "/sources/maple-schedule/columns/",
)  # fmt: skip
ABOUT = (
    "",
    "timeline/",
    "contacts/",
    "gaps/",
    "team/",
    "team/add/",
    "team/lead/",
    "programs/",
    "programs/rising_risk/consider/",
    "task/",
    "ask/",
    "assessments/",
    "assessments/begin/",
    "safety/",
    "contact/",
    "flag/",
    "handoff/",
    "assign/",
)
TELEPHONE = {"width": 390, "height": 844}
WIDE = "document.documentElement.scrollWidth > innerWidth"


def faults_on(page) -> list[str]:
    """What axe finds, one line each, with the place."""
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def wide_on(page) -> list[str]:
    return [page.url] if page.evaluate(WIDE) else []


def visit(page, addresses) -> None:
    """Each page in turn, with some of what is folded on it open."""
    for address in addresses:
        page.goto(address)
        for folded in page.locator("details:not([open]) > summary").all()[:3]:
            if folded.is_visible():
                folded.click()
        yield page


def pages_about_walter(page) -> list[str]:
    page.goto("/")
    walter = page.locator("#home a", has_text="Andrews, Walter").get_attribute("href")
    return [walter + tab for tab in ABOUT]


def open_sheet(page, address: str) -> None:
    page.goto(address, wait_until="networkidle")
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_text(re.compile("Log a contact")).wait_for()


def find_as_a_page(page, words: str) -> None:
    """What Find shows where no script runs."""
    page.locator("#find").evaluate("(box, words) => { box.value = words; box.form.submit(); }", words)
    page.get_by_role("heading", name="Found for").wait_for()


def everywhere(open_page, **how):
    """Every page there is, one after the other: at the door, as coordinator, as administrator, as data steward."""
    page = open_page(**how)
    page.goto("/log-in/")
    yield page
    page = open_page("ruth", **how)
    yield from visit(page, ADMINISTRATOR)
    yield from visit(open_page("wen", **how), DATA_STEWARD)
    page = open_page("dana", **how)
    about = pages_about_walter(page)
    yield from visit(page, (*PAGES, *about))
    for address in ("/", about[0]):
        open_sheet(page, address)
        yield page
    for words in ("andrews", "zzzzqq"):
        page.goto("/")
        find_as_a_page(page, words)
        yield page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, scheme):
    assert [fault for page in everywhere(open_page, color_scheme=scheme) for fault in faults_on(page)] == []


def test_nothing_sticks_out_on_a_telephone(open_page):
    assert [address for page in everywhere(open_page, viewport=TELEPHONE) for address in wide_on(page)] == []


def test_what_somebody_chose_goes_before_the_system(open_page):
    page = open_page("dana", color_scheme="light")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".top-me summary").click()
    page.get_by_role("button", name="Dark").click()
    page.locator("html[data-theme=dark]").wait_for()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != paper
    assert faults_on(page) == []
