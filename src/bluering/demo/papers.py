"""What comes as a document: the specialty group's consult notes as C-CDA, and faxes as pictures of paper."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree
from PIL import Image, ImageDraw, ImageFont

from bluering.demo.clock import Clock
from bluering.demo.profile import Profile
from bluering.demo.systems import LAKESIDE, MAPLE, SYSTEMS, patient_resource

SOURCE = "lakeside-documents"
EVERY = 20
V3 = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACES: Any = {None: V3, "xsi": XSI}
LOINC, SNOMED = "2.16.840.1.113883.6.1", "2.16.840.1.113883.6.96"
PAGE = (1700, 2200)
DOTS_PER_INCH = 200


def wants_note(person: Profile, nth: int) -> bool:
    """Whether the specialty group wrote about this person: some of those with high blood pressure."""
    return not person.key and nth % EVERY == 0 and "hypertension" in person.conditions


def write_note(folder: Path, person: Profile, clock: Clock) -> None:
    """The consult note of a visit of last winter, as the group's system exports it."""
    target = folder / SOURCE
    target.mkdir(parents=True, exist_ok=True)
    day = -240 - person.number % 60
    (target / f"note-{person.number}.xml").write_bytes(_document(person, clock, clock.day(day).replace("-", "")))


def _document(person: Profile, clock: Clock, day: str) -> bytes:
    root = etree.Element(f"{{{V3}}}ClinicalDocument", nsmap=NAMESPACES)
    _add(root, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    _add(root, "templateId", root="2.16.840.1.113883.10.20.22.1.1", extension="2015-08-01")
    _add(root, "templateId", root="2.16.840.1.113883.10.20.22.1.4", extension="2015-08-01")
    _add(root, "id", root=f"{_oid(LAKESIDE)}.7", extension=f"N{person.number}")
    _add(root, "code", code="11488-4", codeSystem=LOINC, displayName="Consult note")
    _add(root, "title", "Consultation note, cardiology")
    _add(root, "effectiveTime", value=f"{day}1430-0600")
    _patient(root, person, clock)
    body = _add(_add(root, "component"), "structuredBody")
    _problems(body, person, clock)
    _plan(body, person)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _patient(root, person: Profile, clock: Clock) -> None:
    told = patient_resource(MAPLE, person, clock)
    role = _add(_add(root, "recordTarget"), "patientRole")
    _add(role, "id", root=f"{_oid(LAKESIDE)}.8", extension=f"D{person.number + 100_000}")
    _add(role, "id", root=_oid(MAPLE), extension=f"M{person.number + 100_000}")
    patient = _add(role, "patient")
    name = _add(patient, "name", use="L")
    _add(name, "given", person.given)
    _add(name, "family", person.family)
    sex = "F" if person.sex == "female" else "M"
    _add(patient, "administrativeGenderCode", code=sex, codeSystem="2.16.840.1.113883.5.1")
    _add(patient, "birthTime", value=told["birthDate"].replace("-", ""))


def _problems(body, person: Profile, clock: Clock) -> None:
    section = _section(body, "2.16.840.1.113883.10.20.22.2.5.1", "11450-4", "Problems", "Essential hypertension")
    act = _add(_add(section, "entry"), "act", classCode="ACT", moodCode="EVN")
    _add(act, "templateId", root="2.16.840.1.113883.10.20.22.4.3", extension="2015-08-01")
    _add(act, "id", root=f"{_oid(LAKESIDE)}.9", extension=f"C{person.number}")
    _add(act, "code", code="CONC", codeSystem="2.16.840.1.113883.5.6")
    _add(act, "statusCode", code="active")
    began = clock.day(person.conditions["hypertension"]).replace("-", "")
    _add(_add(act, "effectiveTime"), "low", value=began)
    seen = _add(_add(act, "entryRelationship", typeCode="SUBJ"), "observation", classCode="OBS", moodCode="EVN")
    _add(seen, "templateId", root="2.16.840.1.113883.10.20.22.4.4", extension="2015-08-01")
    _add(seen, "id", root=f"{_oid(LAKESIDE)}.9", extension=f"O{person.number}")
    _add(seen, "code", code="55607006", codeSystem=SNOMED, displayName="Problem")
    _add(seen, "statusCode", code="completed")
    _add(_add(seen, "effectiveTime"), "low", value=began)
    value = _add(seen, "value", code="59621000", codeSystem=SNOMED, displayName="Essential hypertension")
    value.set(f"{{{XSI}}}type", "CD")


def _plan(body, person: Profile) -> None:
    words = (
        f"Thank you for referring {person.given} {person.family}. Blood pressure log for two weeks, then back to you."
    )
    _section(body, "2.16.840.1.113883.10.20.22.2.10", "18776-5", "Plan of treatment", words)


def _section(body, template: str, code: str, title: str, text: str):
    section = _add(_add(body, "component"), "section")
    _add(section, "templateId", root=template)
    _add(section, "code", code=code, codeSystem=LOINC)
    _add(section, "title", title)
    _add(section, "text", text)
    return section


def _add(parent, name: str, text: str = "", **attributes: str):
    made = etree.SubElement(parent, f"{{{V3}}}{name}", attributes)
    made.text = text or None
    return made


def _oid(source: str) -> str:
    return SYSTEMS[source].mrn_system.removeprefix("urn:oid:")


def write_faxes(folder: Path, persons: Sequence[Profile], clock: Clock) -> int:
    """Pictures of paper, as a fax machine delivers them; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    papers = list(faxes(persons, clock))
    for name, lines in papers:
        partial = folder / f"{name}.part"
        _drawn(lines).save(partial, "PDF", resolution=DOTS_PER_INCH)
        partial.rename(folder / f"{name}.pdf")
    return len(papers)


def faxes(persons: Sequence[Profile], clock: Clock) -> Iterator[tuple[str, list[str]]]:
    """Name of the file and the lines of the page: three about persons of the practice, one about nobody we know."""
    adults = [person for person in persons if not person.key and person.age > 30][:3]
    papers = (_discharge_summary, _consult_note, _record_request)
    for paper, person in zip(papers, adults, strict=False):
        born = patient_resource(MAPLE, person, clock)["birthDate"]
        yield f"fax-{paper.__name__.strip('_')}", paper(f"{person.given} {person.family}", _american(born), clock)
    yield "fax-unknown", _consult_note("Perpetua Quillfeather", "02/29/1948", clock)


def _discharge_summary(name: str, born: str, clock: Clock) -> list[str]:
    return [
        "ST LUKE HOSPITAL", "Discharge Summary", "", f"Patient: {name}", f"Date of birth: {born}",
        f"Admission date: {_american(clock.day(-4))}", f"Discharge date: {_american(clock.day(-1))}", "",
        "Discharge diagnosis: pneumonia, improved.", "Hospital course: antibiotics by vein for two days, then by mouth.",
        "Condition at discharge: stable, to home.", "Follow up with primary care within one week.",
    ]  # fmt: skip


def _consult_note(name: str, born: str, clock: Clock) -> list[str]:
    return [
        "LAKESIDE SPECIALTY GROUP", "Consult note: orthopedics", "", f"Re: {name}", f"DOB: {born}",
        f"Seen: {_american(clock.day(-3))}", "", "Thank you for referring this patient.",
        "Reason for consultation: knee pain.", "Impression and plan: osteoarthritis. Physical therapy, no surgery now.",
    ]  # fmt: skip


def _record_request(name: str, born: str, clock: Clock) -> list[str]:
    return [
        "PRAIRIE DISABILITY SERVICES", "Request for medical records", "", f"Patient: {name}", f"Date of birth: {born}",
        f"Date: {_american(clock.day(-1))}", "", "Please send office notes of the last twelve months.",
        "A signed authorization to release records is attached.",
    ]  # fmt: skip


def _american(day: str) -> str:
    year, month, date = day.split("-")
    return f"{month}/{date}/{year}"


def _drawn(lines: Sequence[str]) -> Image.Image:
    page = Image.new("L", PAGE, 255)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(44)
    for number, line in enumerate(lines):
        pen.text((160, 180 + number * 88), line, fill=20, font=font)
    return page
