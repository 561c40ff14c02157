"""Which file of the feed this is: by what its first record holds, and where that says too little, by its name."""

import re

DAY = r"\d{4}-\d{2}-\d{2}"
MBI = r"[0-9A-Z]{11}"
HICN = r"[0-9A-Z ]{11}"
CLAIM = r"\d{13}"
LINE = r"[\d ]{10}"
MAYBE = rf"(?:{DAY}| {{10}})"
# In this order; each describes the beginning of a record as far as it takes to tell it from the others.
BEGINNINGS = {
    "0": re.compile(r"\s*(?:File Number\s*\||CCLF[0-9AB]\s*\|)"),
    "1": re.compile(rf"{CLAIM}.{{6}}{MBI}{HICN}[\d ]{{2}}{DAY}{DAY}"),
    "5": re.compile(rf"{CLAIM}{LINE}{MBI}{HICN}[\d ]{{2}}{DAY}{DAY}[A-Z\d ]{{3}}[A-Z\d ]{{2}}[A-Z\d ]{{2}}.[A-Z\d ]{{2}}{MAYBE}{MAYBE}"),
    "6": re.compile(rf"{CLAIM}{LINE}{MBI}{HICN}[\d ]{{2}}{DAY}{DAY}.[A-Z\d ]{{2}}{MAYBE}{MAYBE}[A-Z\d ]{{5}}[-\d. ]{{15}}"),
    "2": re.compile(rf"{CLAIM}{LINE}{MBI}{HICN}[\d ]{{2}}{MAYBE}{MAYBE}[A-Z\d ]{{4}}{MAYBE}.{{5}}.{{11}}.{{6}}{MAYBE}{MAYBE}"),
    "3": re.compile(rf"{CLAIM}{MBI}{HICN}[\d ]{{2}}[\d ]{{2}}[A-Z\d ]{{7}}{MAYBE}.{{11}}.{{6}}{DAY}{DAY}"),
    "4": re.compile(rf"{CLAIM}{MBI}{HICN}[\d ]{{2}}.[\d ]{{2}}[A-Z\d ]{{7}}.{{11}}.{{6}}{DAY}{DAY}"),
    "7": re.compile(rf"{CLAIM}{MBI}{HICN}\d{{11}}[\d ]{{2}}{DAY}[A-Z\d ]{{2}}"),
    "A": re.compile(rf"{CLAIM}{MBI}{HICN}[\d ]{{2}}{MAYBE}[YN ]{{5}}"),
    "B": re.compile(rf"{CLAIM}{LINE}{MBI}{HICN}[\d ]{{2}}[YN ]{{5}}[A-Z\d ]{{10}}"),
    "9": re.compile(rf"[MH][0-9A-Z]{{9}}.{{2}}[0-9A-Z]{{9}}.{{2}}{MAYBE}{MAYBE}"),
    "8": re.compile(rf"{MBI}{HICN}[\d ]{{10}}{MAYBE}[\d ]"),
}  # fmt: skip
NAME = re.compile(r"(?:^|[./])(?:[TP]\.[^/]*\.)?ZC([0-9AB])(?:[YWR]\d{2}|WY\d{2})?(?=[./]|$)")


def number_of(head: bytes, name: str = "") -> str | None:
    """The file's number, 0 to 9, A or B; None when it is none of these."""
    first = _first_line(head)
    if not first:
        return None
    for number, beginning in BEGINNINGS.items():
        if beginning.match(first):
            return number
    return _by_name(first, name)


def _first_line(head: bytes) -> str:
    lines = (line.rstrip("\r") for line in head.decode("latin-1").removeprefix("\xef\xbb\xbf").split("\n"))
    return next((line for line in lines if line.strip()), "")


def _by_name(first: str, name: str) -> str | None:
    """A file called ZC8 whose records hold less than is usual, but begin with an identifier."""
    found = NAME.search(name)
    return found[1] if found and re.match(rf"{MBI}|{CLAIM}|[MH]{MBI}", first) else None
