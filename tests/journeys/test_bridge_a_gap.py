"""The morning's first task: somebody came home from hospital, is called, and the gap closes."""

import re

import pytest

CALL = re.compile("nobody has talked with them yet")


def lines_of(page, tab: str) -> str:
    page.goto(re.sub(r"(/people/\w+/).*", rf"\1{tab}/", page.url))
    return page.locator("main").inner_text()


def test_with_the_mouse(open_page):
    page = open_page("dana")
    page.locator("#home").get_by_role("link", name="Andrews, Walter").click()
    gap = page.locator(".gap", has_text=CALL)
    gap.get_by_text("Why is this open?").click()
    assert "County General" in gap.locator(".gap-why-body").inner_text()
    assert gap.locator("table.facts tbody tr").count() >= 1
    assert gap.get_by_role("link", name="Read the source").get_attribute("href").startswith("https://")
    gap.get_by_role("link", name=re.compile("^Call now")).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Reached", exact=True).check()
    sheet.get_by_label("Minutes").fill("9")
    sheet.get_by_label("Note").fill("Tired, weighs himself, daughter has the pills.")
    sheet.get_by_role("button", name="Log it").click()
    page.get_by_text("1 gap closed").wait_for()
    assert page.locator(".gap", has_text=CALL).count() == 0
    told = lines_of(page, "timeline")
    assert "Gap closed" in told
    assert "9 min" in told
    page.goto("/")
    assert "days left to call" not in page.locator("#home article", has_text="Andrews, Walter").inner_text()


def test_by_keyboard_alone(open_page):
    page = open_page("dana")
    press = page.keyboard.press
    press("/")
    page.keyboard.type("okafor")
    page.locator("#found [role=option]", has_text="Okafor, Grace").wait_for()
    press("ArrowDown")
    press("Enter")
    page.wait_for_url(re.compile("/people/"), wait_until="networkidle")
    until_focus_is(page, "summary", "Why is this open?")
    press("Enter")
    assert page.locator(".gap-why[open]").count() == 1
    press("c")
    page.get_by_role("dialog").get_by_text("Log a contact with").wait_for()
    until_focus_is(page, "input[name=reached]")
    press("Space")
    assert page.get_by_label("Reached", exact=True).is_checked()
    until_focus_is(page, "input[name=purpose]")
    page.keyboard.type("Home from hospital")
    until_focus_is(page, "button", "Log it")
    press("Enter")
    page.get_by_text(re.compile("1 gap closed")).wait_for()
    assert page.locator(".gap", has_text=CALL).count() == 0
    assert "Gap closed" in lines_of(page, "timeline")


def until_focus_is(page, selector: str, words: str = "", steps: int = 120) -> None:
    """Tab until an element has the focus, and see that the focus shows."""
    for _ in range(steps):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "([selector, words]) => { const e = document.activeElement;"
            " return e.matches(selector) && e.innerText.includes(words) && getComputedStyle(e).outlineStyle }",
            [selector, words],
        )
        if here:
            assert here != "none", f"the focus on {selector} does not show"
            return
    pytest.fail(f"{steps} times Tab, and no focus on {selector} {words}")
