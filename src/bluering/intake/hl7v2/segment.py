"""Segments and the repetitions of their fields."""

from bluering.intake.hl7v2.escapes import Delimiters

MOST_FIELDS = 1_000
MOST_REPETITIONS = 5_000
NULL = '""'
HEADERS = ("MSH", "FHS", "BHS")


class Repetition:
    """One repetition of a field."""

    __slots__ = ("_marks", "_parts", "raw")

    def __init__(self, raw: str, marks: Delimiters):
        self.raw = raw
        self._marks = marks
        self._parts: list[str] | None = None

    def get(self, component: int = 1, sub: int = 1) -> str:
        """A subcomponent's text without escapes and outer blanks; '' when absent."""
        parts = self._parts
        if parts is None:
            parts = self._parts = self.raw.split(self._marks.component)
        if component > len(parts):
            return ""
        return _part(parts[component - 1], sub, self._marks)

    def subs(self, component: int = 1) -> list[str]:
        """All subcomponents of a component."""
        parts = self.raw.split(self._marks.component)
        if component > len(parts):
            return []
        return [_clean(one, self._marks) for one in parts[component - 1].split(self._marks.subcomponent)]

    @property
    def text(self) -> str:
        """The whole repetition, separators as written, escapes resolved, blanks kept."""
        return "" if self.raw == NULL else self._marks.unescape(self.raw)

    def __bool__(self) -> bool:
        return bool(self.raw.strip()) and self.raw != NULL

    def __repr__(self) -> str:
        return f"<repetition of {len(self.raw)} characters>"


class Segment:
    """One segment. `number` is its place in the message, from 1."""

    __slots__ = ("_fields", "_marks", "_text", "name", "number")

    def __init__(self, text: str, number: int, marks: Delimiters):
        self.name = text[:3].upper()
        self.number = number
        self._text = text
        self._marks = marks
        self._fields: list[str] | None = None

    def raw(self, field: int) -> str:
        """The field as written. Field 0 is the segment's name; MSH-1 the field separator."""
        fields = self._fields
        if fields is None:
            fields = self._fields = self._text.split(self._marks.field, MOST_FIELDS)
            if self.name in HEADERS:
                fields.insert(1, self._marks.field)
        return fields[field] if field < len(fields) else ""

    @property
    def size(self) -> int:
        """The number of the last field that is written."""
        self.raw(0)
        return len(self._fields or ()) - 1

    def __getitem__(self, field: int) -> str:
        """The first subcomponent of the first repetition, unescaped; '' when absent or deleted."""
        return self.get(field)

    def get(self, field: int, component: int = 1, sub: int = 1, rep: int = 0) -> str:
        """One subcomponent's text; '' when absent or deleted. `rep` counts from 0, the others from 1."""
        raw, marks = self.raw(field), self._marks
        if not raw or raw == NULL:
            return ""
        if field < 3 and self.name in HEADERS:
            return raw if component == sub == 1 and rep == 0 else ""
        if rep or marks.repetition in raw:
            reps = raw.split(marks.repetition, MOST_REPETITIONS)
            if rep >= len(reps):
                return ""
            raw = reps[rep]
        if component > 1 or marks.component in raw:
            parts = raw.split(marks.component, component)
            if component > len(parts):
                return ""
            raw = parts[component - 1]
        return _part(raw, sub, marks)

    def reps(self, field: int) -> list[Repetition]:
        """The repetitions that hold something."""
        raw = self.raw(field)
        if not raw or raw == NULL:
            return []
        if field < 3 and self.name in HEADERS:
            return [Repetition(raw, self._marks)]
        parts = raw.split(self._marks.repetition, MOST_REPETITIONS)[:MOST_REPETITIONS]
        return [one for one in (Repetition(part, self._marks) for part in parts) if one]

    def is_null(self, field: int) -> bool:
        """Whether the sender says: delete what you have here."""
        return self.raw(field).strip() == NULL

    def __repr__(self) -> str:
        return f"<{self.name}, segment {self.number}>"


def _part(raw: str, sub: int, marks: Delimiters) -> str:
    if sub > 1 or marks.subcomponent in raw:
        subs = raw.split(marks.subcomponent, sub)
        if sub > len(subs):
            return ""
        raw = subs[sub - 1]
    return _clean(raw, marks)


def _clean(raw: str, marks: Delimiters) -> str:
    if not raw or raw == NULL:
        return ""
    return (marks.unescape(raw) if marks.escape in raw else raw).strip()
