"""Writes one person's resources and messages into the systems; a system knows the person from the first one on."""

from collections.abc import Iterable

from bluering.demo.clock import Clock
from bluering.demo.fhir import ref
from bluering.demo.messages.references import hospital_patient
from bluering.demo.profile import Profile
from bluering.demo.systems import COUNTY, patient_id, patient_resource
from bluering.demo.writer import Writer


class Scribe:
    """Ids are the person's own id and a running number, so nobody's events change when others are added."""

    def __init__(self, writer: Writer, clock: Clock, person: Profile):
        self.writer, self.clock, self.person = writer, clock, person
        self._number = 0
        self._subjects: dict[str, dict] = {}

    def subject(self, source: str) -> dict:
        """The reference to the person in this system, who is registered there when first asked for; the hospital registers by messages."""
        if source not in self._subjects:
            self._subjects[source] = ref("Patient", self._registered(source))
        return self._subjects[source]

    def _registered(self, source: str) -> str:
        if source == COUNTY:
            return hospital_patient(self.person)
        self.writer.put(source, patient_resource(source, self.person, self.clock))
        return patient_id(source, self.person)

    def known_in(self, source: str) -> bool:
        return source in self._subjects

    def number(self) -> str:
        """A number of its own for something that has no id: the person's, and the running number."""
        self._number += 1
        return f"{self.person.number + 100_000}{self._number:04d}"

    def say(self, source: str, messages: Iterable[bytes]) -> None:
        """Write messages about the person."""
        for message in messages:
            self.writer.say(source, message)

    def put(self, source: str, kind: str, fields: dict, about: str = "subject") -> str:
        """Write one resource about the person and return its id; `about` is the element that names the person."""
        self._number += 1
        id = f"{self.person.id}-{self._number}"
        head: dict = {"resourceType": kind, "id": id}
        subject = self.subject(source)
        if about:
            head[about] = subject
        self.writer.put(source, head | fields)
        return id
