"""Opens documents in a process of its own, so that a hostile file ends this process and nothing else.

`python -m bluering.intake.documents.worker text FILE` prints a JSON object: pages (texts), codes (reply codes of the first page),
without_text (pages for which there was no program to read them); or unreadable (a sentence).
`... picture FILE PAGE DPI OUT` writes one page as a picture.
"""

import contextlib
import json
import resource
import sys
from pathlib import Path

from bluering.intake.documents import barcodes, ocr
from bluering.intake.documents.sheets import Sheets, Unreadable, open_sheets

MEMORY_BYTES, LETTERS_OF_A_PAGE = 3_000_000_000, 25
CODE_DPI = 200


def main(arguments: list[str]) -> int:
    """Do what is asked and print what came of it."""
    with contextlib.suppress(ValueError, OSError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    what, path = arguments[0], Path(arguments[1])
    try:
        sheets = open_sheets(path)
        answer = read(sheets) if what == "text" else draw(sheets, *arguments[2:])
    except Unreadable as fault:
        answer = {"unreadable": str(fault)}
    print(json.dumps(answer))
    return 0


def read(sheets: Sheets) -> dict:
    """The text of every page, and the codes on the first."""
    pages, without = [], []
    for page in range(sheets.count):
        text = sheets.text(page)
        if sum(letter.isalnum() for letter in text) < LETTERS_OF_A_PAGE:
            if ocr.available():
                text = ocr.read(sheets.picture(page, ocr.DPI)) or text
            else:
                without.append(page + 1)
        pages.append(text.replace("\x00", "").replace("\f", " ").strip())
    return {"pages": pages, "codes": barcodes.read_reply_codes(sheets.picture(0, CODE_DPI)), "without_text": without}


def draw(sheets: Sheets, page: str, dpi: str, out: str) -> dict:
    """One page as a picture in the file `out`."""
    if not 0 <= int(page) < sheets.count:
        raise Unreadable("It has no such page.")
    sheets.picture(int(page), int(dpi)).save(out, "PNG", optimize=True)
    return {"drawn": out}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
