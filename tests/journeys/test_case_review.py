"""A case review with the keys alone: begun, a recommendation typed and sent with Enter, the next put off, the last left to another time.

The recommendation's link is answered on a phone without a log-in, and the answer stands with the handoff.
"""

import re

from test_accessible import TELEPHONE, faults_on, wide_on


def test_a_case_review_with_the_keys_alone(open_page):
    page = open_page("dana")
    page.goto("/review/", wait_until="networkidle")
    listed = page.locator("section", has=page.get_by_role("heading", name=re.compile("In order of need")))
    assert "new, not yet reviewed" in listed.inner_text() or "not improving" in listed.inner_text()
    page.get_by_label("Who sits there").fill("Dr Amin, Dr Care, Dana")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/review/[0-9]+/"), wait_until="networkidle")
    assert faults_on(page) == []
    first = page.locator(".is-here a").inner_text()
    page.keyboard.press("r")
    page.locator("#words:focus").wait_for()
    page.keyboard.type("Move the dose to the evening; call on Tuesday.")
    page.keyboard.press("Enter")
    page.get_by_text("Recommendation sent.").wait_for()
    assert page.locator(".is-here a").inner_text() != first
    page.keyboard.press("d")
    page.get_by_text("Discuss again.").wait_for()
    third = page.locator(".is-here a").inner_text()
    page.keyboard.press("p")
    page.wait_for_url(re.compile("at="), wait_until="networkidle")
    assert "Discuss again" in page.locator("main").inner_text()
    page.keyboard.press("n")
    page.locator(".is-here a", has_text=third).wait_for()
    assert faults_on(page) == []
    page.get_by_role("button", name="End it").click()
    page.get_by_text("The session has ended").wait_for()

    page.goto("/handoffs/", wait_until="networkidle")
    page.get_by_role("link", name=re.compile("Move the dose to the evening")).or_(
        page.get_by_text("Move the dose to the evening; call")
    ).first.wait_for()
    number = re.search(
        r"/handoffs/(\d+)/",
        page.locator("li", has_text="Move the dose to the evening; call")
        .locator("a[href*='/handoffs/']")
        .first.get_attribute("href"),
    )[1]
    page.goto(f"/handoffs/{number}/", wait_until="networkidle")
    page.get_by_role("button", name="A link to answer").click()
    link = page.get_by_label("To send by secure message").input_value()
    phone = open_page(viewport=TELEPHONE, color_scheme="dark")
    phone.goto(link)
    assert faults_on(phone) == [] and wide_on(phone) == []
    phone.get_by_label("In a sentence").fill("Half the dose first")
    phone.get_by_role("button", name="Yes, but otherwise").click()
    phone.get_by_text("Thank you").wait_for()
    page.goto(f"/handoffs/{number}/", wait_until="networkidle")
    assert "Half the dose first" in page.locator("main").inner_text()
