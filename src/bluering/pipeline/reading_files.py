"""Files that are read as a whole into a Reading, schedules and documents: its resources become lines, its troubles rejects with their place."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import orjson

from bluering.intake import clinical_documents, formats
from bluering.intake.ccda.parse import BadDocument
from bluering.intake.ccda.xdm import documents_in
from bluering.intake.fhir.parse import Lines, of_resources
from bluering.intake.reading import Reading, Resource, Trouble
from bluering.intake.schedule.read import read_csv
from bluering.intake.schedule.saved import saved_mapping
from bluering.record import engine
from bluering.record.viewdefinition.catalog import main_table

NO_DOCUMENT = "it holds no C-CDA document; unpack it and load what it holds"
NUMBER = re.compile(r"\d+")
CURRENT = """
SELECT resource FROM {rows}
WHERE source = ? AND NOT stale AND row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL)
"""


class ReadingFiles:
    """Reads the files of one load that are neither FHIR nor messages. `places` tells the line of every place of a file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.places: dict[Path, list[int]] = {}

    def readers(self) -> dict[str, Callable[[Path], Iterator[Lines]]]:
        """Kind of file → its reader."""
        return {formats.TABLE: self.table, formats.CCDA: self.document, formats.ZIP: self.zip}

    def table(self, path: Path) -> Iterator[Lines]:
        """A schedule, with the columns that were mapped for this source."""
        mapping = saved_mapping(self.source)
        previous = standing("Appointment", self.source) if mapping and mapping.full_window else []
        yield self.lines(path, read_csv(path, source=self.source, mapping=mapping, previous=previous))

    def document(self, path: Path) -> Iterator[Lines]:
        """A C-CDA document."""
        yield self.lines(path, clinical_documents.read_one(formats.plain_bytes(path), self.source))

    def zip(self, path: Path) -> Iterator[Lines]:
        """The C-CDA documents of an XDM or other zip file."""
        try:
            documents = documents_in(path.read_bytes())
        except BadDocument as problem:
            yield self.lines(path, Reading(unreadable=[Trouble(problem.place, problem.reason)]))
            return
        if not documents:
            yield self.lines(path, Reading(unreadable=[Trouble("the zip file", NO_DOCUMENT)]))
        for document in documents:
            yield self.lines(path, clinical_documents.read_all([document], self.source))

    def lines(self, path: Path, reading: Reading) -> Lines:
        """A reading as lines of this file. A trouble stands at the number that its place names, such as `row 7`."""
        places = self.places.setdefault(path, [])
        first = len(places) + 1
        places += [1] * len(reading.resources)
        made = of_resources(reading.resources, range(first, len(places) + 1))
        rejected = []
        for trouble in reading.unreadable:
            places.append(_number(trouble.place))
            rejected.append((len(places), f"{trouble.place}: {trouble.reason}", f"{path}: {trouble.place}".encode()))
        return Lines(made.table, rejected, made.bytes)

    def line_of(self, path: Path, place: int) -> int:
        """The line, row or entry of a place."""
        return self.places[path][place - 1]


def embedded_lines(carriers: Iterable[str], source: str) -> Iterator[Lines]:
    """What C-CDA documents inside these DocumentReferences say. Places mean nothing here."""
    for carrier in carriers:
        reading = clinical_documents.read_inside(orjson.loads(carrier), source)
        made = of_resources(reading.resources)
        rejected = [(0, f"{one.place}: {one.reason}", one.place.encode()) for one in reading.unreadable]
        yield Lines(made.table, rejected, made.bytes)


def standing(resource_type: str, source: str) -> list[Resource]:
    """The resources of a type that a source has told, as they stand."""
    rows = engine.source_rows(main_table(resource_type))
    found = engine.plain().execute(CURRENT.format(rows=rows), [source]).fetchall()
    return [orjson.loads(resource) for (resource,) in found]


def _number(place: str) -> int:
    found = NUMBER.search(place)
    return int(found[0]) if found else 1
