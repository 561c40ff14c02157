"""All sample C-CDA documents and pieces: each is read, as much is mapped as docs/reference/ccda.md says, and the FHIR is sound."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from bluering.intake.ccda.parse import looks_like
from bluering.terminology import fhir_r4

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("tally_ccda", ROOT / "scripts" / "tally_ccda.py")
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)
SAMPLES = script.samples()
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES, reason=f"the documents are not in {script.SAMPLES}"),
]
ROW = re.compile(r"^\| ([^|]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| [\d,]+ \| [\d,]+ \|", re.MULTILINE)
REFERENCE = re.compile(r'"reference": "([^"]+)"')
KINDS = {dict: "OBJECT", list: "ARRAY", str: "VARCHAR", bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}


@pytest.fixture(scope="module")
def documents():
    return [(path, script.read(path)) for path in SAMPLES]


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_everything_is_read_and_no_less_is_mapped_than_the_page_says(documents):
    found = script.Tally()
    for path, document in documents:
        row = found.rows.setdefault(script.row_of(path), script.Row())
        script.add(found, row, document)
    written = {row[0]: [number(one) for one in row[1:]] for row in ROW.findall(script.PAGE.read_text())}
    assert found.unreadable == 0
    assert set(found.rows) == set(written) - {"**All**"}
    for name, row in found.rows.items():
        count, entries, mapped = written[name]
        assert (row.documents, row.entries) == (count, entries), name
        assert row.mapped >= mapped, name


def test_every_resource_has_the_shape_of_r4(documents):
    wrong = {fault for _, document in documents for one in document.reading.resources for fault in faults(one)}
    assert wrong == set()


def faults(resource: dict) -> list[str]:
    """Elements that R4 does not have, or has as another kind of JSON."""
    kind = resource["resourceType"]
    if kind not in fhir_r4.resource_types():
        return [kind]
    kinds = fhir_r4.json_kinds(kind)
    found = []
    for name, value in resource.items():
        wanted = ("OBJECT",) if name.startswith("_") else kinds.get(name, ())
        known = name == "resourceType" or name.removeprefix("_") in kinds
        if not known or (name != "resourceType" and KINDS[type(value)] not in wanted):
            found.append(f"{kind}.{name}")
    return found


def test_nothing_is_empty_or_has_an_id_that_fhir_forbids(documents):
    for path, document in documents:
        for resource in document.reading.resources:
            assert re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", resource["id"])
            text = json.dumps(resource)
            assert not re.search(r": (null|\"\"|\[\]|\{\})", text), (path.name, resource["resourceType"])


def test_whole_documents_hang_together(documents):
    for path, document in documents:
        if not looks_like(path.read_bytes()[:65_536]):
            continue
        resources = document.reading.resources
        there = {f"{one['resourceType']}/{one['id']}" for one in resources}
        assert len(there) == len(resources), path.name
        assert set(REFERENCE.findall(json.dumps(resources))) <= there, path.name
        for one in resources:
            owned = {"subject", "patient", "beneficiary"} & set(fhir_r4.json_kinds(one["resourceType"]))
            if owned & {"subject", "patient"} and one["resourceType"] not in ("Provenance", "Practitioner"):
                assert owned & set(one), (path.name, one["resourceType"])


def test_what_others_expect_agrees_or_is_explained():
    agreements = script.agreements()
    assert len(agreements) == 13
    for one in agreements:
        assert [path for path, _ in one.differing if not script.explained(one.name, path)] == [], one.name


def test_narratives_hold_no_tag_but_those_we_write(documents):
    for path, document in documents:
        tags = set(re.findall(r"<(/?[^\s>/]+)", document.narrative_html))
        assert tags <= TAGS | {f"/{tag}" for tag in TAGS}, path.name
        assert not re.search(r"<[^>]*\s(on\w+|href|src|style|id)\s*=", document.narrative_html), path.name


INLINE = {"span", "strong", "em", "u", "br", "sub", "sup"}
BLOCKS = {"section", "h2", "h3", "h4", "h5", "h6", "div", "p", "ul", "ol", "li"}
TAGS = INLINE | BLOCKS | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
