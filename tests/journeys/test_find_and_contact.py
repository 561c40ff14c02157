"""Finding somebody by `/` and logging a contact by `c` from anywhere; what is typed wrong is said."""

import re


def found(page, words: str) -> str:
    page.keyboard.press("/")
    page.locator("#find:focus").wait_for()
    page.keyboard.type(words)
    page.locator("#found [role=option]").first.wait_for()
    return page.locator("#found").inner_text()


def test_people_are_found_by_name_birthday_and_phone(open_page):
    page = open_page("dana")
    page.locator("#home a", has_text="Andrews, Walter").click()
    page.wait_for_url(re.compile("/people/"), wait_until="networkidle")
    born = re.search(r"born 0?(\d+/\d+/\d+)", page.locator("main").inner_text())[1]
    for words in ("andrews wal", born, "3205550300"):
        page.goto("/handoffs/", wait_until="networkidle")
        assert "Andrews, Walter" in found(page, words)
        assert "andrews" not in page.url.lower()


def test_escape_empties_what_was_found(open_page):
    page = open_page("dana")
    found(page, "andrews")
    page.keyboard.press("Escape")
    assert page.locator("#found [role=option]").count() == 0


def test_nobody_found_is_said(open_page):
    page = open_page("dana")
    page.keyboard.press("/")
    page.keyboard.type("zzzzqq")
    page.get_by_text("Nobody here is called").wait_for()
    assert page.locator("#found [role=option]").count() == 0


def test_a_contact_is_logged_from_anywhere(open_page):
    page = open_page("dana")
    page.keyboard.press("c")
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("searchbox").or_(sheet.get_by_role("textbox")).first.wait_for()
    page.keyboard.type("jones mar")
    sheet.get_by_role("link", name=re.compile("Jones, Maria")).click()
    sheet.get_by_text("Log a contact with Maria Jones").wait_for()
    sheet.get_by_label("Not reached", exact=True).check()
    sheet.get_by_label("What about").fill("Reminder of a visit")
    sheet.get_by_role("button", name="Log it").click()
    page.get_by_text("Logged.").wait_for()
    assert page.url.rstrip("/").count("/") == 2, "the page on which it began is still there"


def test_escape_closes_the_sheet_and_logs_nothing(open_page):
    page = open_page("dana")
    page.locator("#home a", has_text="Andrews, Walter").click()
    page.wait_for_url(re.compile("/people/"), wait_until="networkidle")
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_text("Log a contact with").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.get_by_text("Logged.").count() == 0


def test_a_form_says_what_has_to_be_put_right(open_page):
    page = open_page("dana")
    page.locator("#home a", has_text="Andrews, Walter").click()
    page.wait_for_url(re.compile("/people/"), wait_until="networkidle")
    page.keyboard.press("c")
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Reached", exact=True).check()
    sheet.get_by_label("When", exact=True).fill("2031-01-01T09:00")
    sheet.get_by_label("What about").fill("Pills")
    sheet.get_by_role("button", name="Log it").click()
    assert "future" in sheet.locator(".field-error").first.inner_text()
