"""Files that are read as a whole into a Reading, schedules and documents: its resources become lines, its troubles rejects with their place."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import orjson
from django.utils import timezone

from bluering.errors import BadInput
from bluering.intake import clinical_documents, formats
from bluering.intake.ccda.parse import BadDocument
from bluering.intake.ccda.xdm import documents_in
from bluering.intake.claims import optout
from bluering.intake.claims.cclf.read import Feed, line_of
from bluering.intake.claims.cclf.zipped import Member, members_in
from bluering.intake.claims.table import read as claim_table
from bluering.intake.claims.table.mapping import Mapping as Claims
from bluering.intake.claims.x12.kept import keep_acknowledgement
from bluering.intake.claims.x12.read import parts_of as interchanges
from bluering.intake.fhir.parse import Lines, of_resources
from bluering.intake.reading import Reading, Resource, Trouble
from bluering.intake.roster import numbers
from bluering.intake.roster import read as roster
from bluering.intake.roster.mapping import Mapping as Roster
from bluering.intake.schedule.mapping import Mapping as Schedule
from bluering.intake.schedule.read import read_csv
from bluering.intake.tables import lines as table_lines
from bluering.intake.tables.saved import saved_mapping
from bluering.intake.tables.table import Table, read_table
from bluering.pipeline.claims import known_patients, patients_of_claims, replaced_claims, standing_claims
from bluering.record import engine
from bluering.record.viewdefinition.catalog import main_table

NO_DOCUMENT = "it holds no C-CDA document; unpack it and load what it holds"
NO_CLAIMS = "it holds no records of CMS's claim feed; look at how the file begins"
NUMBER = re.compile(r"\d+")
CURRENT = """
SELECT resource FROM {rows}
WHERE source = ? AND NOT stale AND row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL)
"""


class ReadingFiles:
    """Reads the files of one load that are neither FHIR nor messages. `places` tells the line of every place of a file."""

    def __init__(self, source: str, files: Sequence[Path]) -> None:
        self.source = source
        self.files = list(files)
        self.places: dict[Path, list[int]] = {}
        self.feed = Feed()
        self.tables: set[Path] = set()
        self.patients: dict[str, str] = {}

    def readers(self) -> dict[str, Callable[[Path], Iterator[Lines]]]:
        """Kind of file → its reader."""
        return {
            formats.TABLE: self.table,
            formats.NUMBERS: self.numbers,
            formats.CCDA: self.document,
            formats.ZIP: self.zip,
            formats.CCLF: self.claim_file,
            formats.OPTOUT: self.preferences,
            formats.X12: self.interchange,
        }

    def table(self, path: Path) -> Iterator[Lines]:
        """A schedule, a list of members or claims, with the columns that were mapped for this source."""
        mapping = saved_mapping(self.source)
        if isinstance(mapping, Roster | Claims):
            yield from self._with_columns(path, mapping)
            return
        assert mapping is None or isinstance(mapping, Schedule)
        previous = standing("Appointment", self.source) if mapping and mapping.full_window else []
        yield self.lines(path, read_csv(path, source=self.source, mapping=mapping, previous=previous))

    def numbers(self, path: Path) -> Iterator[Lines]:
        """A plain list of Medicare numbers."""
        yield from self._members(path, numbers.read(formats.plain_bytes(path)), numbers.MAPPING)

    def _with_columns(self, path: Path, mapping: Roster | Claims) -> Iterator[Lines]:
        try:
            table = read_table(formats.plain_bytes(path))
            mapping.check(table.header)
        except BadInput as problem:
            yield self.lines(path, Reading(unreadable=[Trouble("the file", str(problem))]))
            return
        if isinstance(mapping, Claims):
            yield from self._claims(path, table, mapping)
        else:
            yield from self._members(path, table, mapping)

    def _claims(self, path: Path, table: Table, mapping: Claims) -> Iterator[Lines]:
        with engine.plain() as connection:
            told = claim_table.understand(connection, table, mapping, source=self.source, today=timezone.localdate())
        self.tables.add(path)
        yield table_lines.lines_of(told.made, told.refused, path)

    def _members(self, path: Path, table: Table, mapping: Roster) -> Iterator[Lines]:
        today = timezone.localdate()
        month = roster.month_of_name(path.name) or today
        with engine.plain() as connection:
            told = roster.understand(connection, table, mapping, source=self.source, month=month, today=today)
        self.tables.add(path)
        yield table_lines.lines_of(told.made, told.refused, path)
        if gone := roster.emptied(standing("Group", self.source), told):
            yield of_resources(gone)

    def document(self, path: Path) -> Iterator[Lines]:
        """A C-CDA document."""
        yield self.lines(path, clinical_documents.read_one(formats.plain_bytes(path), self.source))

    def claim_file(self, path: Path) -> Iterator[Lines]:
        """A file of CMS's claim feed; it is read with the others of its delivery (`claims`)."""
        self.feed.add_file(path, formats.cclf_number(path) or "", self.files.index(path))
        return iter(())

    def preferences(self, path: Path) -> Iterator[Lines]:
        """Who wants their Medicare claims shared, and who does not."""
        yield self.lines(path, optout.read(formats.plain_bytes(path)))

    def interchange(self, path: Path) -> Iterator[Lines]:
        """Claims, payments or enrolment as X12; its acknowledgement is kept."""
        data = formats.plain_bytes(path)
        for part in interchanges(data, self._patients_of):
            keep_acknowledgement(self.source, path.name, data, part.verdict)
            resources = [one for _, group in part.groups for one in group]
            self.patients |= {one["id"]: one["patient"]["reference"] for one in resources if "patient" in one}
            troubles = [Trouble(f"segment {line}", reason) for line, reason in part.troubles]
            yield self.lines(path, Reading(resources + replaced_claims(self.source, resources), unreadable=troubles))

    def _patients_of(self, claims: list[str]) -> dict[str, str]:
        """Whose these claims are, of those read in this load or before."""
        here = {one: self.patients[one] for one in claims if one in self.patients}
        return patients_of_claims(self.source, [one for one in claims if one not in here]) | here

    def claims(self) -> Iterator[Lines]:
        """What all files of the claim feed say together."""
        yield from self.feed.lines(
            engine.plain(), partial(standing_claims, self.source), partial(known_patients, self.source)
        )

    def zip(self, path: Path) -> Iterator[Lines]:
        """The files of CMS's claim feed, or the C-CDA documents, of an XDM or other zip file."""
        if parts := members_in(path):
            yield self.lines(path, self._claim_members(path, parts))
            return
        yield from self._documents(path)

    def _claim_members(self, path: Path, parts: Sequence[Member]) -> Reading:
        at = self.files.index(path)
        for nth, (member, number) in enumerate(parts, 1):
            if number:
                self.feed.add_member(path, member, number, at, nth)
        return Reading(unreadable=[Trouble(m.filename, NO_CLAIMS) for m, number in parts if not number])

    def _documents(self, path: Path) -> Iterator[Lines]:
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
        known = self.places.get(path, [])
        if place <= len(known):
            return known[place - 1]
        if path in self.tables:
            return table_lines.row_of(place)
        return line_of(place) if path in self.feed.paths else place


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
