"""What an export says beside its resources: what was deleted, and what the server could not export."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from bluering.intake.fhir.fetch import open_plain


def read_deleted(path: Path) -> Iterator[tuple[str, str]]:
    """(type, id) of every deletion in a file of transaction Bundles, one a line (Bulk Data 2.0, "deleted")."""
    for bundle in _lines(path):
        for entry in bundle.get("entry") or []:
            request = entry.get("request") if isinstance(entry, dict) else None
            if isinstance(request, dict) and request.get("method") == "DELETE":
                kind, _, key = str(request.get("url", "")).strip("/").rpartition("/")
                if key and kind.rpartition("/")[2]:
                    yield kind.rpartition("/")[2], key


def count_issues(path: Path) -> Counter[str]:
    """How many issues of each severity and code a file of OperationOutcomes tells; their free text may speak of somebody."""
    found: Counter[str] = Counter()
    for outcome in _lines(path):
        for issue in outcome.get("issue") or []:
            if isinstance(issue, dict):
                found[f"{issue.get('severity', 'error')}: {issue.get('code', 'unknown')}"[:80]] += 1
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The file's objects; a line that is none says nothing."""
    with open_plain(path) as stream:
        for line in stream:
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            if isinstance(value, dict):
                yield value
