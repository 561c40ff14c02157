"""Where pyx12 gives up or goes on too long, and what we do about it.

It keeps each error in memory, its 999 asks for ST03, which an 835 does not have, and a composite with one component too many makes its own
words fail. `apply` puts these three right, once.
"""

from typing import Any

import pyx12.error_999
import pyx12.error_handler
import pyx12.map_if
from pyx12.error_999 import error_999_visitor
from pyx12.error_handler import err_handler
from pyx12.error_item import EleError

MOST_BAD = 20_000
_checked = pyx12.map_if.segment_if.is_valid_errors


class TooMuchWrong(Exception):
    """So much is wrong that checking the rest would only cost time and memory."""


class _Answer(error_999_visitor):
    """Writes the 999, with an empty version where ST03 is not told."""

    def visit_st_pre(self, err_st: Any) -> None:
        err_st.vriic = err_st.vriic or ""
        super().visit_st_pre(err_st)


class _Errors(err_handler):
    """Gathers errors, and raises TooMuchWrong when there are too many."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def _one_more(self) -> None:
        self.count += 1
        if self.count > MOST_BAD:
            raise TooMuchWrong

    def seg_error(self, *told: Any, **named: Any) -> None:
        self._one_more()
        super().seg_error(*told, **named)

    def ele_error(self, *told: Any, **named: Any) -> None:
        self._one_more()
        super().ele_error(*told, **named)

    def st_error(self, *told: Any, **named: Any) -> None:
        self._one_more()
        super().st_error(*told, **named)

    def gs_error(self, *told: Any, **named: Any) -> None:
        self._one_more()
        super().gs_error(*told, **named)

    def isa_error(self, *told: Any, **named: Any) -> None:
        self._one_more()
        super().isa_error(*told, **named)


def _composites_too(segment: pyx12.map_if.segment_if, told: Any) -> Any:
    try:
        return _checked(segment, told)
    except IndexError:
        return False, [EleError(err_cde="3", err_str="Too many components", err_val=None, refdes=None)]


def apply() -> None:
    """Use these from now on in this process."""
    pyx12.error_999.error_999_visitor = _Answer  # type: ignore[misc]
    pyx12.error_handler.err_handler = _Errors  # type: ignore[misc]
    pyx12.map_if.segment_if.is_valid_errors = _composites_too  # type: ignore[method-assign]
