"""A home of the test's own, and the program that reads pictures."""

import os
import shutil

import pytest


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of the test's own."""
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def tesseract():
    """The program that reads pictures; without it such tests are skipped, except where everything has to run."""
    if not shutil.which("tesseract"):
        assert not os.environ.get("CI"), "no tesseract here"
        pytest.skip("tesseract-ocr is not installed on this machine")
