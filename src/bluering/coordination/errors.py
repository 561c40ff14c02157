"""Errors of this room that callers tell apart."""

from bluering.errors import BadInput


class NotPossibleNow(BadInput):
    """The handoff's state does not allow this move. The message says what has to happen first."""
