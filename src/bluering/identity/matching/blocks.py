"""Who is compared with whom: records that share a block. Never all pairs.

Each rule gives a record one key, or one for each phone, e-mail and identifier. A pair needs one key in common, so an error in one place is
outweighed by the other rules. Names go by sound and by the root of a nickname; day and month by the smaller and the larger, so that
either order finds the other. A block that holds more than MOST records (FEWER for a rule that says little) tells nobody apart; it is left
out, counted and reported. The last five bits of a key are the number of its rule.
"""

import re
from hashlib import md5
from typing import Any

MOST = 200
FEWER = {"both names": 20}

DAY = "birth[:4] || least(birth[5:6], birth[7:8]) || greatest(birth[5:6], birth[7:8])"
HOUSE = "regexp_extract(street, '\\d+')"

# By what; each is NULL where a part of it is missing.
RULES = {
    "day and family name": f"{DAY} || '|' || family_code",
    "day and given name": f"{DAY} || '|' || given_code",
    "day and ZIP": "birth || '|' || postal",
    "both names": "least(given_code, family_code) || '|' || greatest(given_code, family_code)",
    "SSN": "ssn",
    "last four of SSN and day": "ssn4 || '|' || birth",
    "last four of SSN and family name": "ssn4 || '|' || family_code",
    "street and given name": "street || '|' || given_code",
    "street and day": "street || '|' || birth",
    "house, ZIP and family name": f"nullif({HOUSE}, '') || '|' || postal || '|' || family_code",
    "house and both initials": f"nullif({HOUSE}, '') || '|' || postal || '|' || given_code[1] || '|' || birth[:4]",
    "month of birth, family name and initial": "birth[:6] || '|' || family_code || '|' || given_code[1]",
    "year of birth, ZIP and given name": "birth[:4] || '|' || postal || '|' || given_code",
    "day in the year, ZIP and given name": "birth[5:8] || '|' || postal || '|' || given_code",
}
LISTS = {"phone or e-mail": "contacts", "identifier": "identifiers"}


def _hashed(rule: int, value: str) -> str:
    """A number of 63 bits, so that every database keeps it; by MD5, so that it is the same in every program and version."""
    return f"(((md5_number_lower({value}) >> 6) << 5) | {rule})::BIGINT"


def _keys() -> str:
    single = [_hashed(n, sql) for n, sql in enumerate(RULES.values())]
    many = [
        f"list_transform({column}, lambda v: {_hashed(len(RULES) + n, 'v')})" for n, column in enumerate(LISTS.values())
    ]
    return f"list_filter([{', '.join(single)}], lambda k: k IS NOT NULL) || {' || '.join(many)}"


KEYS = _keys()
CAPS = {list(RULES).index(name): most for name, most in FEWER.items()}
CAP = f"CASE key & 31 {' '.join(f'WHEN {rule} THEN {most}' for rule, most in CAPS.items())} ELSE {MOST} END"


def cap(key: int) -> int:
    """How many records a block may hold, as CAP says it in SQL."""
    return CAPS.get(key & 31, MOST)


def keys_of(made: dict[str, Any]) -> list[int]:
    """The keys of one record's features, as KEYS makes them of many."""
    rules = _rules(made)
    single = [_key(n, value) for n, value in enumerate(rules) if value is not None]
    lists = [_key(len(rules) + n, value) for n, name in enumerate(("contacts", "identifiers")) for value in made[name]]
    return [*single, *lists]


def _key(rule: int, value: str) -> int:
    return int.from_bytes(md5(value.encode()).digest()[8:], "little") >> 6 << 5 | rule


def _rules(made: dict[str, Any]) -> list[str | None]:
    """What each of RULES says, in their order."""
    birth, given, family, postal = made["birth"], made["given_code"], made["family_code"], made["postal"]
    street, last = made["street"], made["ssn4"]
    day = birth and birth[:4] + min(birth[4:6], birth[6:8]) + max(birth[4:6], birth[6:8])
    found = re.search(r"[0-9]+", street or "")
    house, codes = found[0] if found else None, [code for code in (given, family) if code]
    initial, year = given and given[0], birth and birth[:4]
    return [
        _both(day, family), _both(day, given), _both(birth, postal), _both(min(codes), max(codes)) if codes else None, made["ssn"],
        _both(last, birth), _both(last, family), _both(street, given), _both(street, birth), _both(house, postal, family),
        _both(house, postal, initial, year), _both(birth and birth[:6], family, initial), _both(year, postal, given),
        _both(birth and birth[4:8], postal, given),
    ]  # fmt: skip


def _both(*values: str | None) -> str | None:
    return None if None in values else "|".join(values)  # type: ignore[arg-type]
