"""Where care took place, as claims tell it: one classification for what is derived from claims and for what they cost."""

from functools import cache
from importlib.resources import files


@cache
def settings() -> str:
    """SQL that makes the macros `claim_kind(types)` and `claim_setting(types, bill, revenues)`."""
    return (files(__package__) / "settings.sql").read_text()
