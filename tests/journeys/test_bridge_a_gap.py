"""The morning's first task: somebody came home from hospital, is called, and the gap closes."""

import re

import pytest

CALL = re.compile("nobody has talked with them yet")
LEFT_TO_CALL = re.compile("left to call|Call is|nobody has talked")
# What has the focus: an outline shows it, or in the ring's drawing a stroke that is wider or has colour.
FOCUS = """([selector, words]) => {
  const here = document.activeElement, style = (element) => getComputedStyle(element);
  const wider = [...here.querySelectorAll(".ring-node, .ring-arrow")].some((e) => parseFloat(style(e).strokeWidth) > 3);
  const coloured = [...here.querySelectorAll(".ring-hit")].some((e) => style(e).stroke !== "rgba(0, 0, 0, 0)");
  const chip = here.closest(".choices label"), outlined = [here, chip].some((e) => e && style(e).outlineStyle !== "none");
  return { there: here.matches(selector) && here.textContent.includes(words), name: here.outerHTML.slice(0, 120),
           seen: here === document.body || outlined || wider || coloured };
}"""


def card(page, name: str):
    """Somebody's card on Today."""
    return page.locator("#home article", has_text=name)


def test_with_the_mouse(open_page):
    page = open_page("dana")
    assert LEFT_TO_CALL.search(card(page, "Andrews, Walter").inner_text())
    page.locator("#home").get_by_role("link", name="Andrews, Walter").click()
    gap = page.locator(".gap", has_text=CALL)
    gap.get_by_text("Why is this open?").click()
    why = gap.locator(".gap-why-body")
    assert "a talk with the person or caregiver was due within 2 business days" in why.inner_text()
    assert "Discharged from County General Hospital" in why.locator("table.facts tbody").inner_text()
    assert gap.get_by_role("link", name="Read the source").get_attribute("href").startswith("https://")
    gap.get_by_role("link", name=re.compile("^Call now")).click()
    log_the_call(page.get_by_role("dialog"))
    page.get_by_text("1 gap closed").wait_for()
    assert page.locator(".gap", has_text=CALL).count() == 0
    page.get_by_role("link", name="Timeline").click()
    page.wait_for_url(re.compile("/timeline/"))
    assert_stands_in_timeline(page, "reached · 9 min · Dana Ruiz")
    page.get_by_role("link", name="Today").click()
    page.wait_for_url(re.compile(r":\d+/$"))
    assert not LEFT_TO_CALL.search(card(page, "Andrews, Walter").inner_text())


def log_the_call(sheet) -> None:
    sheet.get_by_label("Reached", exact=True).check()
    sheet.get_by_label("Minutes").fill("9")
    sheet.get_by_label("Note").fill("Tired, weighs himself, daughter has the pills.")
    sheet.get_by_role("button", name="Log it").click()


def assert_stands_in_timeline(page, said: str) -> None:
    """The contact as it was logged, and the gap that it closed."""
    events = page.locator(".timeline-event", has_text=CALL)
    events.filter(has_text="Gap closed").wait_for()
    assert said in events.filter(has_text="Contact").inner_text()


def test_by_keyboard_alone(open_page):
    page = open_page("dana")
    press = page.keyboard.press
    look_and_leave(page)
    until_focus_is(page, "#home a", "Okafor, Grace")
    press("Enter")
    page.wait_for_url(re.compile("/people/"), wait_until="networkidle")
    until_focus_is(page, ".gap summary", "Why is this open?")
    press("Enter")
    assert page.locator(".gap-why[open]").count() == 1
    press("Shift+Tab")
    assert "Call now" in page.evaluate("document.activeElement.textContent")
    press("Enter")
    page.get_by_role("dialog").get_by_text("Log a contact with Grace Okafor").wait_for()
    until_focus_is(page, "input[name=reached]")
    press("Space")
    assert page.get_by_label("Reached", exact=True).is_checked()
    until_focus_is(page, "input[name=minutes]")
    press("Control+a")
    page.keyboard.type("7")
    until_focus_is(page, "button", "Log it")
    press("Enter")
    page.get_by_text("1 gap closed").wait_for()
    assert page.locator(".gap", has_text=CALL).count() == 0
    until_focus_is(page, "a", "Timeline")
    press("Enter")
    page.wait_for_url(re.compile("/timeline/"), wait_until="networkidle")
    assert_stands_in_timeline(page, "reached · 7 min · Dana Ruiz")
    until_focus_is(page, "a", "Today")
    press("Enter")
    page.wait_for_url(re.compile(r":\d+/$"))
    assert not LEFT_TO_CALL.search(card(page, "Okafor, Grace").inner_text())


def look_and_leave(page) -> None:
    """Find and the sheet open by their keys, and Escape leaves both."""
    page.keyboard.press("/")
    page.locator("#find:focus").wait_for()
    page.keyboard.type("okafor")
    page.locator("#found [role=option]").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("#found [role=option]").wait_for(state="detached")
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_text("with whom?").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")


def until_focus_is(page, selector: str, words: str = "", steps: int = 120) -> None:
    """Tab until an element has the focus, and see at every stop on the way that the focus shows."""
    for _ in range(steps):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS, [selector, words])
        assert stop["seen"], f"the focus does not show on {stop['name']}"
        if stop["there"]:
            return
    pytest.fail(f"{steps} times Tab, and no focus on {selector} {words}")
