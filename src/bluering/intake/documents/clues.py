"""What a document's text tells about whom it concerns: dates of birth, names, numbers. Facts of the text; who is meant is decided elsewhere."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field

MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
DATE = re.compile(
    rf"(?<![\d/])(?:(?P<m>\d{{1,2}})[/\-.](?P<d>\d{{1,2}})[/\-.](?P<y>\d{{4}}|\d{{2}})(?![\d/])"
    rf"|(?P<iy>\d{{4}})-(?P<im>\d{{2}})-(?P<id>\d{{2}})|(?P<name>{MONTH})\.?\s+(?P<nd>\d{{1,2}}),?\s+(?P<ny>\d{{4}})"
    rf"|(?P<dd>\d{{1,2}})[ \-](?P<dname>{MONTH})[ \-](?P<dy>\d{{4}}))"
)
BIRTH = re.compile(r"(?i)(?:\bd\.?\s?o\.?\s?b\b\.?|date of birth|birth\s?date|\bborn\b)[:\s#.]*(?:on\s+)?$")
LABELLED_NUMBER = re.compile(
    r"(?i)\b(?:MRN|MR\s?#|medical record (?:number|no\.?|#)|chart (?:number|no\.?|#)|patient (?:id|number|no\.?|#)|member (?:id|number|no\.?)|account (?:number|no\.?|#))"
    r"[:#.\s]*([A-Z0-9][A-Z0-9\-]{3,19})"
)
PHONE = re.compile(r"(?<!\d)(?:\+?1[\s.\-]?)?\(?([2-9]\d{2})\)?[\s.\-]?(\d{3})[\s.\-]?(\d{4})(?!\d)")
LABELLED_NAME = re.compile(
    r"(?i)\b(?:patient(?:'s)?(?: name)?|pt(?: name)?|name of patient|member(?: name)?|re|regarding|name)\s*[:#][ \t]*"
    r"(?P<name>[A-Za-zÀ-ÿ'’.\- ]{2,40}(?:,[ ]*[A-Za-zÀ-ÿ'’.\- ]{2,30})?)"
)
MONTHS = {name: number for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}  # fmt: skip
LOOK_BACK = 40


@dataclass
class Clues:
    """Each clue with the pages (from 1) on which it stands. `births` are dates beside a word for birth, `dates` all others."""

    births: dict[dt.date, list[int]] = field(default_factory=dict)
    dates: dict[dt.date, list[int]] = field(default_factory=dict)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    phones: dict[str, list[int]] = field(default_factory=dict)
    names: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    words: dict[str, list[int]] = field(default_factory=dict)
    lines: list[list[str]] = field(default_factory=list)


def find_clues(pages: list[str]) -> Clues:
    """Everything in the text that could tell a person apart. `names` are the words behind `Patient:` and the like; `words` all words."""
    clues = Clues()
    for number, text in enumerate(pages, 1):
        for found in DATE.finditer(text):
            if day := _day(found):
                labelled = BIRTH.search(text[max(0, found.start() - LOOK_BACK) : found.start()])
                _note(clues.births if labelled else clues.dates, day, number)
        for found in LABELLED_NUMBER.finditer(text):
            if any(letter.isdigit() for letter in found[1]):
                _note(clues.numbers, found[1].lower(), number)
        for found in PHONE.finditer(text):
            _note(clues.phones, "".join(found.groups()), number)
        for found in LABELLED_NAME.finditer(text):
            if name := tuple(plain_words(found["name"])[:5]):
                _note(clues.names, name, number)
        for word in plain_words(text):
            _note(clues.words, word, number)
        clues.lines += [words for line in text.splitlines() if (words := plain_words(line))]
    return clues


def plain_words(text: str) -> list[str]:
    """Words in lower case without accents: "Zoë O'Brien-Hale" gives zoe, obrien, hale."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[a-z]{2,}", re.sub(r"['’`]", "", bare.lower()))


def _note(where: dict, what: object, page: int) -> None:
    pages = where.setdefault(what, [])
    if page not in pages:
        pages.append(page)


def _day(found: re.Match) -> dt.date | None:
    """The date, in the US order; None when there is no such day. A year of two digits is of this century unless that lies ahead."""
    part = found.groupdict()
    if part["iy"]:
        year, month, day = part["iy"], part["im"], part["id"]
    elif part["name"] or part["dname"]:
        word = (part["name"] or part["dname"])[:3].lower()
        year, month, day = part["ny"] or part["dy"], str(MONTHS[word]), part["nd"] or part["dd"]
    else:
        year, month, day = part["y"], part["m"], part["d"]
    full = int(year)
    if len(year) == 2:
        full += 2000 if full <= dt.date.today().year % 100 else 1900
    try:
        return dt.date(full, int(month), int(day))
    except ValueError:
        return None
