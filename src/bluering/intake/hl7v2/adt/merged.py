"""A segment as it stands after several messages: absent fields do not wipe, `""` does.

What other messages than ADT say (a laboratory's copy of PID) fills gaps only: it neither overrides nor wipes.
"""

from bluering.intake.hl7v2.segment import NULL, Repetition, Segment


class Merged:
    """Fields of one segment name, each from the last message that filled it. Read like a Segment."""

    def __init__(self) -> None:
        self._told: dict[int, Segment | None] = {}
        self._filled: dict[int, Segment] = {}

    def update(self, segment: Segment | None, *, fills_only: bool = False) -> None:
        """Take a segment over."""
        if segment is None:
            return
        for field in range(1, segment.size + 1):
            raw = segment.raw(field)
            if not raw:
                continue
            if fills_only:
                if raw != NULL:
                    self._filled[field] = segment
            else:
                self._told[field] = None if raw == NULL else segment

    def drop(self, *fields: int) -> None:
        """Forget fields."""
        self._told.update(dict.fromkeys(fields))

    def _of(self, field: int) -> Segment | None:
        if field in self._told:
            return self._told[field]
        return self._filled.get(field)

    def __getitem__(self, field: int) -> str:
        return self.get(field)

    def get(self, field: int, component: int = 1, sub: int = 1, rep: int = 0) -> str:
        """As Segment.get."""
        segment = self._of(field)
        return segment.get(field, component, sub, rep) if segment is not None else ""

    def reps(self, field: int) -> list[Repetition]:
        """As Segment.reps."""
        segment = self._of(field)
        return segment.reps(field) if segment is not None else []

    def rep(self, field: int) -> Repetition | None:
        """The first repetition."""
        return next(iter(self.reps(field)), None)

    def __bool__(self) -> bool:
        return bool(self._told or self._filled)
