"""A home of the test's own."""

import pytest


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of the test's own."""
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
