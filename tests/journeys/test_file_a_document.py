"""A document is brought, read, and filed with two keys."""

import re

from papers import text_pdf


def bring(page, name: str, data: bytes) -> None:
    """Upload a document and wait until the worker has read it."""
    page.goto("/inbox/documents/")
    page.get_by_label("Bring a document").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": data})
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_text(re.compile("Whose is it")).wait_for(timeout=90_000)


def test_two_keys_file_a_document(open_page):
    """1. Wen brings a leaflet: nobody is suggested; she finds Walter, for his date of birth, and sets the leaflet aside.
    2. She brings a letter about Walter: he is suggested. She presses 1, then Enter.
    3. Dana reads it on Walter's timeline.
    """
    page = open_page("wen")
    bring(page, "leaflet.pdf", text_pdf([["Spring sale on exam tables", "this offer ends soon, call today"]]))
    page.get_by_label("Find somebody").fill("andrews walter")
    found = page.locator("#who-found .choice").first
    found.wait_for()
    born = re.search(r"\d\d/\d\d/\d{4}", found.inner_text())[0]
    leaflet = page.url
    page.get_by_text("It is nobody's here").click()
    page.get_by_label("Why").fill("An advertisement.")
    page.get_by_role("button", name="Set aside").click()
    page.get_by_text("Set aside.", exact=True).wait_for()
    page.goto(leaflet)
    page.get_by_text("An advertisement.").wait_for()

    lines = ["Lakeside Cardiology", "Consultation report", "Patient: Walter Andrews", f"DOB: {born}"]
    bring(page, "letter.pdf", text_pdf([lines, ["The second page of the letter"]]))
    page.locator("h1", has_text="Consult note").wait_for()
    page.keyboard.press("1")
    assert page.locator("[data-pick='1']").is_checked()
    page.keyboard.press("Enter")
    page.get_by_text("Filed with Walter Andrews.").wait_for()

    page = open_page("dana")
    page.goto("/patients/")
    page.get_by_role("link", name="Andrews, Walter").first.click()
    page.get_by_role("link", name="Timeline").click()
    page.get_by_role("link", name="Consult note").first.click()
    page.get_by_role("img", name="Page 1").wait_for()
    assert page.locator(".sheet-picture").count() == 2
    page.wait_for_function("document.querySelector('.sheet-picture').naturalWidth > 500")
