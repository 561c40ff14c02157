"""What is particular about one sender: `rules/sources/<name>.yaml`, shipped or in the practice's own folder of rules.

Without a file everything is as the standard says, in the practice's time zone. Files are read once per process.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings

from bluering.errors import BadInput

SHIPPED = Path(__file__).resolve().parents[2] / "rules" / "sources"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")
FIELD = re.compile(r"[A-Z][A-Z0-9]{2}-\d{1,3}")
EVENT = re.compile(r"[A-Z]{3}(\^[A-Z0-9]{2,3})?")
VISIT_FIELDS = ("PV1-19", "PV1-50", "PID-18")


@dataclass(frozen=True)
class Sender:
    """One source's habits. `code_tables` holds, by field, the local code and what it is in the standard's table."""

    source: str
    zone: ZoneInfo
    facility_ids: Mapping[str, str] = field(default_factory=dict)
    code_tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    coding_systems: Mapping[str, str] = field(default_factory=dict)
    ignored_events: frozenset[str] = frozenset()
    assigning_authorities: Mapping[str, str] = field(default_factory=dict)
    visit_number_field: str = "PV1-19"
    practice: bool = False

    def __hash__(self) -> int:
        return hash((self.source, self.zone.key))

    def facility(self, name: str) -> str:
        """The one name of a facility that has many; '' stays ''."""
        return self.facility_ids.get(name, name)

    def standard(self, place: str, code: str) -> str:
        """The code of the standard's table for a local one, such as ('PV1-2', 'INP') -> 'I'; unknown ones stay."""
        told = self.code_tables.get(place, {}).get(code, code)
        return str(told.get("code", code)) if isinstance(told, Mapping) else str(told)

    def coding(self, place: str, code: str) -> dict | None:
        """The standard coding (system, code, display) that the file gives for a local code of a field."""
        told = self.code_tables.get(place, {}).get(code)
        return dict(told) if isinstance(told, Mapping) and "system" in told else None

    def ignores(self, event: str) -> bool:
        """Whether the practice said that it wants nothing of this event (`ADT^A08`) or this whole kind (`DFT`)."""
        return event in self.ignored_events or event.split("^")[0] in self.ignored_events


def load_sender(source: str) -> Sender:
    """The habits of a source, by the name that `load --source` takes. Raises BadInput when its file is broken."""
    return _load(source, os.environ.get("BLUERING_RULES", ""), settings.TIME_ZONE)


def parts_of_the_practice() -> list[str]:
    """The sources whose files say that they are the practice's own, such as its scheduling system; broken files say nothing."""
    return list(_parts(os.environ.get("BLUERING_RULES", ""), settings.TIME_ZONE))


@lru_cache(maxsize=16)
def _parts(own_rules: str, zone: str) -> tuple[str, ...]:
    names = sorted({path.stem for folder in _folders(own_rules) for path in folder.glob("*.yaml")})
    return tuple(name for name in names if _says_practice(name, own_rules, zone))


def _says_practice(name: str, own_rules: str, zone: str) -> bool:
    try:
        return _load(name, own_rules, zone).practice
    except BadInput:
        return False


@lru_cache(maxsize=256)
def _load(source: str, own_rules: str, zone: str) -> Sender:
    file = _file_of(source, own_rules)
    told = _read(file) if file else {}
    _check(told, file)
    return Sender(
        source=source,
        zone=_zone(told.get("time_zone", zone), file),
        facility_ids=_texts(told, "facility_ids"),
        code_tables={place: {str(k): v for k, v in t.items()} for place, t in told.get("code_tables", {}).items()},
        coding_systems={k.upper(): v for k, v in _texts(told, "coding_systems").items()},
        ignored_events=frozenset(told.get("ignored_events", ())),
        assigning_authorities=_texts(told, "assigning_authorities"),
        visit_number_field=told.get("visit_number_field", "PV1-19"),
        practice=told.get("practice", False),
    )


def _file_of(source: str, own_rules: str) -> Path | None:
    """The practice's own file wins over the shipped one."""
    if not NAME.fullmatch(source):
        return None
    return next((path for folder in _folders(own_rules) if (path := folder / f"{source}.yaml").is_file()), None)


def _folders(own_rules: str) -> list[Path]:
    return ([Path(own_rules) / "sources"] if own_rules else []) + [SHIPPED]


def _read(file: Path) -> dict:
    try:
        told = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise BadInput(f"{file}{where}: not YAML that can be read; check indents and quotes there") from None
    if not isinstance(told, dict):
        raise BadInput(f"{file}: holds no keys; see docs/how-to/describe-a-sender.md")
    return told


def _texts(told: dict, key: str) -> dict[str, str]:
    return {str(name): str(value) for name, value in told.get(key, {}).items()}


def _zone(name: Any, file: Path | None) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError):
        raise BadInput(f"{file}, time_zone: no such zone; write it like America/New_York") from None


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(v, str | int) or (isinstance(v, dict) and "code" in v) for v in value.values()
    )


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(v, str | int) for v in value.values())


CHECKS = {
    "name": (lambda v: isinstance(v, str), "a text"),
    "time_zone": (lambda v: isinstance(v, str), "a zone like America/New_York"),
    "facility_ids": (_is_map, "names, each with the one to use"),
    "assigning_authorities": (_is_map, "namespaces, each with its system's URI"),
    "coding_systems": (_is_map, "names of code systems, each with its URI"),
    "code_tables": (
        lambda v: isinstance(v, dict) and all(FIELD.fullmatch(str(k)) and _is_table(t) for k, t in v.items()),
        "fields like PV1-2, each with local codes and the standard's code or {system, code, display}",
    ),
    "ignored_events": (
        lambda v: isinstance(v, list) and all(isinstance(e, str) and EVENT.fullmatch(e) for e in v),
        "a list of events like ADT^A08, or kinds like DFT",
    ),
    "visit_number_field": (lambda v: v in VISIT_FIELDS, "PV1-19, PV1-50 or PID-18"),
    "practice": (lambda v: isinstance(v, bool), "true or false"),
}


def _check(told: dict, file: Path | None) -> None:
    for key, value in told.items():
        if key not in CHECKS:
            raise BadInput(f"{file}, {key}: not a known key; known are {', '.join(sorted(CHECKS))}")
        good, expected = CHECKS[key]
        if not good(value):
            raise BadInput(f"{file}, {key}: expected {expected}")
