"""C-CDA documents read a second: the 18 vendors' samples where they lie, else the demo's own notes."""

import datetime as dt
import os
import tempfile
import time
from pathlib import Path


def measure() -> list[str]:
    """A row of the table."""
    from bluering.intake.ccda.document import read_document
    from bluering.intake.ccda.parse import looks_like

    samples = Path(os.environ.get("BLUERING_SHARED", "/nowhere")) / "data" / "ccda" / "ehr-2015-samples"
    told, documents = "sample documents of certified systems", [path.read_bytes() for path in samples.rglob("*.xml")]
    documents = [data for data in documents if looks_like(data[:65_536])]
    if not documents:
        told, documents = "consult notes of the demo", _notes()
    began = time.perf_counter()
    resources = sum(len(read_document(data, source="bench").reading.resources) for data in documents)
    seconds = time.perf_counter() - began
    size = sum(map(len, documents)) / 1e6
    figure = f"{len(documents) / seconds:,.0f} documents/s, {size / seconds:.1f} MB/s, {resources / seconds:,.0f} resources/s"
    return [f"| C-CDA read to FHIR | {len(documents)} {told} | {figure} |"]


def _notes() -> list[bytes]:
    from bluering.demo.clock import Clock
    from bluering.demo.generate import people
    from bluering.demo.papers import wants_note, write_note

    with tempfile.TemporaryDirectory() as folder:
        for nth, person in enumerate(people(2_000), 1):
            if wants_note(person, nth):
                write_note(Path(folder), person, Clock(dt.date.today()))
        return [path.read_bytes() for path in Path(folder).rglob("*.xml")]
