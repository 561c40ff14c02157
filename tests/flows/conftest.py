"""Flows write into a home of their own, so that one test's record is not another's."""

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, settings):
    """An empty home; the database is the test's, the record is here."""
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "record").mkdir(parents=True)
    return tmp_path / "home"
