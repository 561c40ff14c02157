"""Acknowledgements that were written, kept for whoever sends them back."""

import hashlib
import re
from pathlib import Path

from bluering.intake.claims.x12.check import Verdict
from bluering.paths import home


def keep_acknowledgement(source: str, name: str, data: bytes, verdict: Verdict | None) -> Path | None:
    """Write a verdict's 999 or 997 to `acknowledgements/SOURCE/NAME.DIGEST.x12` in the home; the same file again writes the same one."""
    if verdict is None or not verdict.acknowledgement:
        return None
    folder = home() / "acknowledgements" / re.sub(r"[^A-Za-z0-9._-]", "_", source)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', name)}.{hashlib.sha256(data).hexdigest()[:12]}.x12"
    partial = path.with_suffix(".part")
    partial.write_text(verdict.acknowledgement)
    partial.rename(path)
    return path
