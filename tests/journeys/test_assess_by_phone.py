"""A PHQ-9 by telephone with the keys alone, and one by link on a phone in Spanish, with item 9; what opens is first everywhere.

1. Dana opens Mrs Larson's page, presses `a`, begins a PHQ-9 and answers it with digits; she finishes it with Enter and reads the result.
2. She sends Mr Moreno a link in Spanish. He says his birth date on his phone and answers; item 9 shows him 988 at once.
3. Dana's Today has him first; his page shows the safety path; she takes it on and settles it, and it is gone.
"""

import re

from test_accessible import TELEPHONE, faults_on, wide_on


def open_person(page, words: str) -> str:
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.locator("#found [role=option]").first.click()
    page.wait_for_url(re.compile("/people/"), wait_until="networkidle")
    return page.url.split("#")[0]


def begin(page, where: str) -> None:
    page.goto(f"{where}assessments/", wait_until="networkidle")
    page.keyboard.press("a")
    page.locator("#sheet button:focus").wait_for()


def test_a_phq9_by_telephone_with_the_keys_alone(open_page):
    page = open_page("dana")
    begin(page, open_person(page, "larson emi"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/assessments/[0-9]+/"), wait_until="networkidle")
    for number, digit in enumerate("211111110", 1):
        page.keyboard.press(digit)
        page.get_by_text(f"{number} of ").wait_for()
    page.get_by_role("group", name=re.compile("How difficult")).wait_for()
    page.keyboard.press("1")
    page.get_by_text("10 of 10 answered").wait_for()
    assert faults_on(page) == []
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text("PHQ-9 is in the record").wait_for()
    assert "mild" in page.locator("main").inner_text() and page.locator(".figure").inner_text() == "9"
    assert faults_on(page) == []


def test_a_phq9_by_link_with_item_nine(open_page):
    page = open_page("dana")
    where = open_person(page, "moreno lui")
    born = re.search(r"born (\d+)/(\d+)/(\d+)", page.locator("main").inner_text())
    begin(page, where)
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("By link").check()
    sheet.get_by_label("Spanish").check()
    sheet.get_by_role("button", name="Begin").click()
    link = re.search(r"http\S+", sheet.get_by_label("To send by text, mail or portal").input_value())[0]
    assert faults_on(page) == []

    phone = open_page(viewport=TELEPHONE, locale="es-MX", color_scheme="dark")
    phone.goto(link)
    assert faults_on(phone) == [] and wide_on(phone) == []
    phone.get_by_label("Fecha de nacimiento").fill(f"{born[3]}-{born[1]}-{born[2]}")
    phone.get_by_role("button", name="Comenzar").click()
    for group in phone.get_by_role("group").all()[:8]:
        group.get_by_label("Ningún día").check()
    phone.get_by_role("group", name=re.compile("mejor muerto")).get_by_label("Varios días").check()
    phone.get_by_text("Usted no está solo").wait_for()
    assert faults_on(phone) == [] and wide_on(phone) == []
    phone.get_by_role("button", name="Enviar").click()
    phone.get_by_text("Gracias").wait_for()
    assert "988" in phone.locator("main").inner_text() and faults_on(phone) == []

    page.goto("/", wait_until="networkidle")
    first = page.locator("#safety")
    assert "Moreno, Luis" in first.inner_text() and faults_on(page) == []
    assert "Moreno, Luis" not in page.locator("#falling").inner_text()
    page.goto(where, wait_until="networkidle")
    assert faults_on(page) == []
    page.get_by_role("link", name=re.compile("I take it on")).click()
    page.get_by_role("dialog").get_by_role("button", name="I take it on").click()
    page.get_by_role("link", name=re.compile("Settled")).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Assessed, a safety plan stands").check()
    sheet.get_by_label("In a sentence").fill("Spoke with him and his sister; safety plan written.")
    sheet.get_by_role("button", name="Settled").click()
    page.get_by_text(re.compile(r"^Settled\.")).wait_for()
    assert page.locator("#safety").count() == 0
