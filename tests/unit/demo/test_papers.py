"""The demo's documents: notes that load as C-CDA about persons we know, and faxes that a machine can read."""

import contextlib
import datetime as dt
import itertools
import os
import shutil

import pypdfium2
import pytest

from bluering.demo.clock import Clock
from bluering.demo.generate import people
from bluering.demo.papers import SOURCE, faxes, wants_note, write_faxes, write_note
from bluering.demo.systems import MAPLE, identifiers
from bluering.intake.ccda.document import read_document

CLOCK = Clock(dt.date(2026, 11, 23))
PEOPLE = list(itertools.islice(people(400), 400))
NOTED = [person for nth, person in enumerate(PEOPLE, 1) if wants_note(person, nth)]


def test_some_persons_have_a_note_and_none_of_the_stories():
    assert len(NOTED) >= 3
    assert not any(person.key for person in NOTED)


@pytest.mark.parametrize("person", NOTED[:3], ids=lambda person: person.id)
def test_a_note_is_read_whole_and_names_the_practices_number(person, tmp_path):
    write_note(tmp_path, person, CLOCK)
    (file,) = (tmp_path / SOURCE).glob("*.xml")
    document = read_document(file.read_bytes(), source=SOURCE)
    assert (document.kind, document.reading.unreadable) == ("consultation-note", [])
    found = {one["resourceType"]: one for one in document.reading.resources}
    ours = identifiers(MAPLE, person)[0]
    assert (ours["system"], ours["value"]) in {(i["system"], i["value"]) for i in found["Patient"]["identifier"]}
    assert found["Condition"]["code"]["coding"][0]["code"] == "59621000"


def test_a_fax_is_a_picture_and_says_whom_it_concerns(tmp_path):
    if shutil.which("tesseract") is None and not os.environ.get("CI"):
        pytest.skip("tesseract is not installed; ./bluering test installs it where it can")
    from bluering.intake.documents import ocr

    assert write_faxes(tmp_path, PEOPLE, CLOCK) == 4
    name, lines = next(iter(faxes(PEOPLE, CLOCK)))
    with contextlib.closing(pypdfium2.PdfDocument(tmp_path / f"{name}.pdf")) as pdf:
        picture = pdf[0].render(scale=200 / 72).to_pil()
        assert pdf[0].get_textpage().get_text_range() == ""
    read = ocr.read(picture)
    assert lines[3].split(": ")[1].split()[-1] in read
