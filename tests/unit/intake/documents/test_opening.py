"""Documents are opened into text and pictures; a hostile one ends as a sentence."""

import struct
from zlib import compress, crc32

import pytest
from papers import drawn_page, locked_pdf, text_pdf
from PIL import Image

from bluering.intake.documents import ocr, opening, sheets, worker
from bluering.intake.documents.sheets import Unreadable

LINES = ["Discharge Summary", "Patient: Walter Andrews", "DOB: 03/09/1951"]


@pytest.fixture
def kept(tmp_path):
    """Write bytes or pictures into a file."""

    def write(data, name="x", **how):
        path = tmp_path / name
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            data.save(path, **how)
        return path

    return write


def test_the_text_of_a_pdf_comes_from_the_file(kept):
    opened = opening.read(kept(text_pdf([LINES, ["The second page has enough words of its own"]])))
    assert len(opened.pages) == 2 and "Walter Andrews" in opened.pages[0] and opened.codes == []


@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_pictures_are_read_by_the_program(kept, tesseract, kind):
    pages = [drawn_page(LINES), drawn_page(["Hospital course", "He did well and went home with his daughter"])]
    path = kept(pages[0], "x", format=kind, save_all=True, append_images=pages[1:], resolution=200, dpi=(200, 200))
    opened = opening.read(path)
    assert "Walter Andrews" in opened.pages[0] and "went home" in opened.pages[1] and not opened.without_text


def test_without_the_program_the_pages_are_named_and_nothing_fails(kept, monkeypatch):
    monkeypatch.setattr(ocr, "available", lambda: False)
    read = worker.read(sheets.open_sheets(kept(drawn_page(LINES), format="PNG")))
    assert read["without_text"] == [1] and read["pages"] == [""]


def test_a_fax_of_coarse_lines_keeps_its_shape(kept):
    fax = drawn_page(LINES).resize((1728, 1078)).convert("1")
    path = kept(fax, format="TIFF", compression="group4", dpi=(204, 98))
    picture = sheets.open_sheets(path).picture(0, 100)
    assert picture.height / picture.width == pytest.approx(11 / 8.47, rel=0.01)


def test_a_page_is_drawn_once_and_kept(kept, home):
    path = kept(text_pdf([LINES]))
    first = opening.picture(path, "0" * 64, 0, "small")
    assert Image.open(first).size == (255, 330)
    stamp = first.stat().st_mtime_ns
    assert opening.picture(path, "0" * 64, 0, "small") == first and first.stat().st_mtime_ns == stamp
    with pytest.raises(Unreadable, match="no such page"):
        opening.picture(path, "0" * 64, 7, "small")


def bomb() -> bytes:
    """A PNG that says it has 60 000 × 60 000 pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    parts = (header, b"IDAT" + compress(bytes(100_000)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(p) - 4) + p + struct.pack(">I", crc32(p)) for p in parts
    )


def cut_off(tmp_path) -> bytes:
    path = tmp_path / "whole"
    drawn_page(LINES * 8).save(path, format="TIFF", compression="tiff_lzw")
    return path.read_bytes()[:-2_000]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda tmp: b"MZ not a document", "neither PDF, TIFF, JPEG nor PNG"),
        (lambda tmp: b"", "neither PDF"),
        (lambda tmp: locked_pdf(), "locked by a password"),
        (lambda tmp: b"%PDF-1.7\nnothing more", "damaged or was cut off"),
        (lambda tmp: bomb(), "million pixels"),
        (lambda tmp: cut_off(tmp), "damaged or was cut off"),
        (lambda tmp: b"II*\x00\x08\x00\x00\x00", "damaged or was cut off"),
        (lambda tmp: text_pdf([["page"]] * 301), "more than 300"),
    ],
)
def test_a_hostile_document_is_a_sentence(kept, tmp_path, make, sentence):
    with pytest.raises(Unreadable, match=sentence):
        opening.read(kept(make(tmp_path)))


def test_a_giant_page_is_drawn_coarser(kept):
    path = kept(text_pdf([["wide"]], size=(14_400, 14_400)))
    picture = sheets.open_sheets(path).picture(0, 300)
    assert picture.width * picture.height <= sheets.MOST_PIXELS * 1.01


def test_a_reader_that_dies_leaves_a_sentence(kept, monkeypatch):
    monkeypatch.setattr(opening.sys, "executable", "/bin/false")
    with pytest.raises(Unreadable, match="damaged"):
        opening.read(kept(text_pdf([LINES])))


def test_a_reader_that_takes_too_long_is_stopped(kept, monkeypatch):
    monkeypatch.setattr(opening, "READ_SECONDS", 0)
    with pytest.raises(Unreadable, match="took too long"):
        opening.read(kept(text_pdf([LINES])))
