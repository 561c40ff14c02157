"""The features of one patient, in a fraction of a millisecond; the same as `features_of` makes of a million.

DuckDB needs some 30 ms to plan the SQL of `features.py` and `normal.py`, however few rows come. What they say is said here once more, for
one row; a test of random patients holds the two together. The tables (letters, streets, nicknames, words) are the same.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from bluering.identity.matching.blocks import keys_of
from bluering.identity.matching.features import (
    DEFAULT_DAYS,
    LISTS,
    NEWBORN,
    NICKNAMES,
    SSN_SYSTEMS,
    TEST,
    TEXTS,
    UNKNOWN,
)
from bluering.identity.matching.normal import (
    ALIKE,
    COMMON_WORDS,
    DOUBLES,
    NO_MAIL,
    NUMBERS,
    ONE,
    SEVERAL,
    SOUND,
    STREETS,
    SUFFIXES,
    TITLES,
)

LETTERS = str.maketrans(*ONE)
HEARD = str.maketrans({letter: ALIKE[1][n : n + 1] or None for n, letter in enumerate(ALIKE[0])})
SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
TITLE, SUFFIX = re.compile(f"^{TITLES} "), re.compile(f" {SUFFIXES}$")
KINDS = {name: re.compile(said) for name, said in (("newborn", NEWBORN), ("test", TEST), ("unknown", UNKNOWN))}
MAIL = re.compile(r".*.@..*\...*", re.DOTALL)
COMMON = frozenset(COMMON_WORDS)
EMPTY_NAME: dict[str, Any] = dict.fromkeys(("joined", "first", "rest", "root_code", "root", "code", "suffix"))


def features_of_one(patient: dict[str, Any]) -> dict[str, Any]:
    """Features by column, as one row of `features_of`; lists are in no order."""
    told = {name: _trimmed(patient.get(name)) for name in TEXTS} | {name: patient.get(name) for name in LISTS}
    made = {
        "subject_key": told["subject_key"],
        "source": told["source"],
        **_names(told),
        **_birth(told),
        **_places(told),
    }
    made |= {"contacts": _contacts(told), **_numbers(told)}
    return made | {"keys": [] if made["test"] else keys_of(made)}


def _trimmed(value: Any) -> str | None:
    return None if value is None else str(value).strip(SPACES) or None


def words(text: str) -> str:
    """Lower case, Latin letters without accents, single spaces."""
    text = latin(text)
    return re.sub(r"[^a-z0-9]+", " ", re.sub("['’`.]", "", text)).strip()


def latin(text: str) -> str:
    """Lower case; letters of other alphabets as passports write them."""
    text = text.lower()
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFD", text)
    text = unicodedata.normalize("NFC", "".join(c for c in parted if not unicodedata.category(c).startswith("M")))
    text = text.translate(LETTERS)
    for old, new in SEVERAL.items():
        text = text.replace(old, new)
    return text


def sound(text: str | None) -> str | None:
    """How a name sounds."""
    if text is None:
        return None
    text = "^" + text
    for old, new in SOUND:
        text = text.replace(old, new)
    text = text.translate(HEARD)
    for old, new in DOUBLES:
        text = text.replace(old, new)
    return text[:6] or None


@lru_cache(maxsize=1)
def nicknames() -> dict[str, str]:
    """The root of each name that has one."""
    lines = NICKNAMES.read_text(encoding="utf-8").splitlines()
    return {row["name"]: row["root"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))}


def _name(raw: str | None) -> dict[str, Any]:
    """A name in its parts; what is nothing but a title or a suffix has none."""
    said = words(raw) if raw is not None else ""
    ended = SUFFIX.search(said)
    plain = SUFFIX.sub("", TITLE.sub("", said)).strip()
    if not plain:
        return {**EMPTY_NAME, "suffix": NUMBERS.get(ended[1]) if ended else None, "pieces": [], **dict.fromkeys(KINDS)}
    parts, joined = plain.split(" "), plain.replace(" ", "")
    root = nicknames().get(parts[0], parts[0])
    return {
        "joined": joined, "first": parts[0], "rest": "".join(parts[1:]) or None, "root": root, "code": sound(joined),
        "root_code": sound(root), "suffix": NUMBERS.get(ended[1]) if ended else None,
        "pieces": [part for part in (*parts, joined) if len(part) >= 3],
        **{kind: bool(said_so.fullmatch(plain)) for kind, said_so in KINDS.items()},
    }  # fmt: skip


def _names(told: dict[str, Any]) -> dict[str, Any]:
    given, family = _name(told["given"]), _name(told["family"])
    others = [other for raw in told["families"] or [] if (other := _name(raw))["unknown"] is False]
    meant = given if given["newborn"] is False and given["unknown"] is False else EMPTY_NAME
    called = family if family["unknown"] is False else EMPTY_NAME
    said = NUMBERS.get(re.sub("[^a-z0-9]", "", told["suffix"].lower())) if told["suffix"] else None
    sex = (told["gender"] or "")[:1].lower()
    return {
        "given": meant["joined"], "given_first": meant["first"], "given_root": meant["root"], "given_code": meant["root_code"],
        "middle": given["rest"] if given["newborn"] is False else None, "family": called["joined"], "family_code": called["code"],
        "families": _distinct([*family["pieces"], *(piece for other in others for piece in other["pieces"])]),
        "suffix": next((n for n in (said, family["suffix"], given["suffix"]) if n is not None), None),
        "sex": sex if sex in ("m", "f") else None, "newborn": bool(given["newborn"]), "test": bool(family["test"] or given["test"]),
    }  # fmt: skip


def _birth(told: dict[str, Any]) -> dict[str, str | None]:
    day = _digits(told["birth_date"]) or ""
    return {"birth": day if len(day) == 8 and day not in DEFAULT_DAYS else None}


def street_line(text: str | None) -> str | None:
    """A line of an address with the usual abbreviations."""
    return None if text is None else " ".join(STREETS.get(word, word) for word in words(text).split(" ")) or None


def _places(told: dict[str, Any]) -> dict[str, Any]:
    street = street_line(told["address_line"])
    lines = [street_line(raw) for raw in told["address_lines"] or []]
    streets = _distinct(line for line in (*lines, street) if line and len(line) >= 5)
    postal = _postal(told["postal_code"])
    postals = [_postal(raw) for raw in told["postal_codes"] or []]
    return {
        "street": street, "streets": streets, "city": words(told["city"] or "") or None, "postal": postal,
        "postals": _distinct(code for code in (*postals, postal) if code and len(code) >= 3),
        "street_words": _distinct(w for line in streets for w in line.split(" ") if len(w) >= 2 and w not in COMMON),
    }  # fmt: skip


def _postal(text: str | None) -> str | None:
    return words(text or "").replace(" ", "")[:5] or None


def _contacts(told: dict[str, Any]) -> list[str]:
    dialled = [_digits(phone) or "" for phone in [*(told["phones"] or []), told["phone"]]]
    phones = [number[-10:] for number in dialled if len(number) >= 7 and not _says_nothing(number)]
    mails = [_mail(mail) for mail in [*(told["emails"] or []), told["email"]] if mail is not None]
    return _distinct([*phones, *(mail for mail in mails if mail)])


def _mail(text: str) -> str | None:
    mail = text.strip(SPACES).lower()
    return mail if MAIL.fullmatch(text) and mail.split("@")[0] not in NO_MAIL else None


def _numbers(told: dict[str, Any]) -> dict[str, Any]:
    pairs = [pair for pair in told["identifiers"] or [] if pair is not None]
    social = [pair for pair in pairs if pair.split("|")[0] in SSN_SYSTEMS]
    number = _digits(told["ssn"] or (_value(social[0]) if social else None)) or ""
    last = number[-4:]
    known = len(number) >= 4 and last != "0000" and (len(number) == 4 or _issued(number))
    others = [pair for pair in pairs if pair.split("|")[0] not in SSN_SYSTEMS and len(_value(pair)) >= 4]
    return {
        "ssn": number if len(number) > 4 and _issued(number) else None, "ssn4": last if known else None, "identifiers": _distinct(others),
    }  # fmt: skip


def _value(pair: str) -> str:
    parts = pair.split("|")
    return parts[1] if len(parts) > 1 else ""


def _digits(text: str | None) -> str | None:
    return None if text is None else re.sub("[^0-9]", "", text)


def _says_nothing(digits: str) -> bool:
    return not digits or not digits.replace(digits[0], "").replace(digits[-1], "")


def _issued(digits: str) -> bool:
    if _says_nothing(digits) or digits in ("123456789", "987654321"):
        return False
    area, group = digits[:3], digits[3:5]
    never = area in ("000", "666") or digits[0] == "9" or group == "00" or digits.endswith("0000")
    return len(digits) != 9 or not never


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
