"""Words for people who do not work here, in their language: files of lines, each in every language (`rules/words/*.yaml`)."""

from functools import cache

import yaml

from bluering.population.rules import SHIPPED

LANGUAGES = ("en", "es")


@cache
def _lines(name: str) -> dict[str, dict[str, str]]:
    return yaml.safe_load((SHIPPED / "words" / f"{name}.yaml").read_text(encoding="utf-8"))


def words(name: str, language: str) -> dict[str, str]:
    """Every line of a file in one language; English where that language is none of ours."""
    chosen = language if language in LANGUAGES else "en"
    return {key: line[chosen] for key, line in _lines(name).items()}


def our_language(code: str) -> str:
    """The language of ours for a person's language code (es-MX is es); English for others."""
    short = (code or "en").lower().split("-")[0]
    return short if short in LANGUAGES else "en"
