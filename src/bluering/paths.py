"""Where an installation keeps what it writes: one folder, named by BLUERING_HOME (default `var/`)."""

import os
from pathlib import Path


def home() -> Path:
    """The folder that holds everything this installation writes; made when missing."""
    folder = Path(os.environ.get("BLUERING_HOME") or "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def record_folder() -> Path:
    """The Delta tables of the record."""
    return home() / "record"
