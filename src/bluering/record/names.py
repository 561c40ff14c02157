"""Names of sources as people say them."""

import functools

SHORT = {"ehr", "adt", "hie", "hmo"}


@functools.cache
def source_name(source: str) -> str:
    """maple-ehr → Maple EHR; words stay as they are."""
    if " " in source:
        return source
    return " ".join(word.upper() if word in SHORT else word.capitalize() for word in source.split("-"))
