"""Synthea's forty patients, one transaction Bundle each, whose parts refer to each other by urn:uuid."""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

from bluering import pipeline
from bluering.access.models import User
from bluering.record import engine, store
from bluering.record.counts import count_resources
from bluering.record.models import PersonSummary
from bluering.record.viewdefinition.catalog import tables

SHARED = Path(os.environ.get("BLUERING_SHARED") or Path(__file__).resolve().parents[3] / "shared")
FOLDER = SHARED / "data/synthea-r4-bundles"
FILES = sorted(FOLDER.rglob("*.json*"))
pytestmark = [
    pytest.mark.shared,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(not FILES, reason=f"the Bundles are not in {FOLDER}"),
]
REFERENCE = re.compile(r'"reference"\s*:\s*"([^"]+)"')


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home of its own."""
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path))
    (tmp_path / "record").mkdir()
    return tmp_path


def entries() -> list[dict]:
    """Every resource of the input."""
    bundles = (json.loads(path.read_text()) for path in FILES)
    return [entry["resource"] for bundle in bundles for entry in bundle.get("entry", ())]


def stored() -> list[str]:
    """Every resource of the record, as text."""
    connection = engine.plain()
    mains = [name for name in store.loaded_tables() if name not in tables() or tables()[name].is_main]
    queries = [f"SELECT resource FROM read_parquet({store.files_of(name)!r})" for name in mains]
    return [text for (text,) in connection.execute(" UNION ALL ".join(queries)).fetchall()]


def test_forty_patients_load_whole_resolve_and_open(home):
    given = entries()
    summary = pipeline.load([str(FOLDER)], source="synthea")
    assert summary.quarantined == []
    assert Counter(summary.loaded) + Counter(summary.unchanged) == Counter(r["resourceType"] for r in given)
    distinct = Counter(kind for kind, _ in {(r["resourceType"], r["id"]) for r in given})
    assert count_resources() == dict(sorted(distinct.items()))
    assert unresolved(stored()) == set()
    pages_open()
    again = pipeline.load([str(FOLDER)], source="synthea")
    assert (again.loaded, again.replaced) == ({}, {})


def unresolved(texts: list[str]) -> set[str]:
    """References that lead nowhere; what is contained in a resource is found there."""
    there = {(r["resourceType"], r["id"]) for r in map(json.loads, texts)}
    told = {reference for text in texts for reference in REFERENCE.findall(text) if not reference.startswith("#")}
    return {reference for reference in told if tuple(reference.split("/")[-2:]) not in there}


def pages_open() -> None:
    """Each person's page answers a coordinator, and shows their name."""
    client = Client()
    client.force_login(User.objects.create(username="ana", role="coordinator", display_name="Ana Ruiz"))
    people = list(PersonSummary.objects.all())
    assert len(people) == 40
    for who in people:
        for tab in ("", "timeline/", "gaps/", "contacts/"):
            answer = client.get(f"/people/{who.person_id}/{tab}")
            assert answer.status_code == 200
            assert who.family in answer.content.decode()
