"""Open pages keep themselves up to date, and take nothing from whoever types, reads or points."""

RECEIVER = "Quilting Bee Rides"
SECONDS, LONG = 3_000, 10_000


def person_of(page) -> str:
    page.goto("/patients/")
    return page.locator("#table a[data-item]").first.get_attribute("href")


def hand_over(page, address: str) -> None:
    page.goto(f"{address}handoff/")
    page.get_by_label("What is handed over").fill("A ride on Tuesday")
    page.get_by_label("To whom").fill(RECEIVER)
    page.get_by_role("button", name="Hand over").click()
    page.get_by_text("Handed over.").wait_for()


def log_a_contact(page, address: str, reached: str = "Reached") -> None:
    page.goto(f"{address}contact/")
    page.get_by_label(reached, exact=True).check()
    page.get_by_label("What about").fill("Checking in")
    page.get_by_role("button", name="Log it").click()
    page.get_by_text("Logged.").wait_for()


def test_today_shows_within_three_seconds_what_a_colleague_did(open_page):
    watching, working = open_page("dana"), open_page("dana")
    address = person_of(working)
    watching.goto("/", wait_until="networkidle")
    watching.evaluate("window.stayed = true")
    watching.locator("#falling a[data-item]").first.focus()
    here = watching.evaluate("document.activeElement.getAttribute('href')")
    hand_over(working, address)
    row = watching.locator("#waiting .row", has_text=RECEIVER)
    row.wait_for(timeout=SECONDS)
    assert "is-news" in row.get_attribute("class"), "what is new is marked"
    assert watching.evaluate("window.stayed"), "the page was not loaded anew"
    assert watching.evaluate("document.activeElement.getAttribute('href')") == here, "the focus stayed"
    assert "shown" in watching.locator("#news").inner_text()


def test_a_half_typed_form_is_not_lost(open_page):
    typing, working = open_page("dana"), open_page("dana")
    address = person_of(typing)
    typing.goto(address, wait_until="networkidle")
    typing.keyboard.press("c")
    sheet = typing.get_by_role("dialog")
    sheet.get_by_label("Note").fill("She said that the daughter")
    log_a_contact(working, address, "Not reached")
    typing.locator("#news").get_by_role("button", name="Show", include_hidden=True).wait_for(
        state="attached", timeout=LONG
    )
    assert sheet.get_by_label("Note").input_value() == "She said that the daughter"
    typing.keyboard.press("Escape")
    typing.locator("#news", has_text="shown").wait_for(state="attached", timeout=LONG)


def test_what_was_unfolded_and_where_one_was_stays(open_page):
    reading, working = open_page("dana", viewport={"width": 1000, "height": 500}), open_page("dana")
    address = person_of(reading)
    reading.goto(f"{address}gaps/", wait_until="networkidle")
    reading.locator("#need summary").click()
    reading.evaluate("scrollTo(0, 200)")
    log_a_contact(working, address)
    reading.locator("#news", has_text="shown").wait_for(state="attached", timeout=LONG)
    assert reading.locator("#need details[open]").count() == 1
    assert reading.evaluate("scrollY") == 200


def test_a_list_that_was_narrowed_stays_narrowed(open_page):
    looking, working = open_page("dana"), open_page("dana")
    looking.goto("/patients/", wait_until="networkidle")
    name = looking.locator("#table a[data-item]").first.inner_text()
    looking.locator("#q").fill(name.split(",")[0])
    looking.locator("#table tbody tr", has_not_text=name.split(",")[0]).first.wait_for(state="detached")
    rows = looking.locator("#table tbody tr").count()
    log_a_contact(working, looking.locator("#table a[data-item]").first.get_attribute("href"))
    looking.locator("#news", has_text="shown").wait_for(state="attached", timeout=LONG)
    assert looking.locator("#q").input_value() == name.split(",")[0]
    assert looking.locator("#table tbody tr").count() == rows
    assert "today" in looking.locator("#table tbody tr").first.inner_text()
