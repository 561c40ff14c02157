"""Who a chart's facts show at work for the person: one sighting for each fact that names somebody.

Who is meant by a name, and which facts speak of the same participant, is decided in `ring_participants`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from bluering.coordination.ring_practice import HOSPITAL_CLASSES, Practice, in_hospital
from bluering.coordination.ring_values import Tables, day_in, fact_key, rows_of, text_of
from bluering.record.providers import Directory
from bluering.terminology.npi import is_npi

# How much a sighting says about what somebody is; the strongest one decides name, kind and role.
COORDINATES, ANSWERS, SEEN, NAMED, MENTIONED, WROTE = 9, 8, 5, 4, 2, 0

NEVER_WAS = {"cancelled", "entered-in-error", "planned", "noshow", "revoked", "draft", "proposed", "waitlist", "rejected", "inactive", "not-done"}  # fmt: skip
KEPT = {"fulfilled", "arrived", "checked-in"}
KIND_WORDS = (
    ("pharmacy", r"pharmac|drug ?store|apothecary"),
    ("payer", r"health plan|insurance|medicare|medicaid|\bhmo\b|payer|case manager"),
    ("hospital", r"hospital|medical cent|emergency dep|rehabilitation and care|skilled nursing|nursing facility"),
    ("community", r"meals|food|pantry|transport|\bride|housing|shelter|senior|aging|home health|home care|legal aid|social serv|community|church|ymca"),
)  # fmt: skip


@dataclass(frozen=True)
class Sighting:
    """`aliases` are other names that may mean the same participant; `member` is the source's own id of them."""

    name: str
    kind: str
    what: str
    weight: int
    role: str = ""
    day: date | None = None
    source: str = ""
    fact: str = ""
    member: str = ""
    aliases: tuple[str, ...] = ()
    phone: str = ""


def sightings(
    tables: Tables, practice: Practice, today: date, directory: Directory | None = None
) -> Iterator[Sighting]:
    """Every sighting of the chart."""
    yield from _who_answers(tables, practice)
    yield from _encounters(tables, practice)
    yield from _appointments(tables, practice, today)
    yield from _orders(tables, practice)
    yield from _performers(tables)
    yield from _pharmacies(tables)
    yield from _payers(tables, today)
    yield from _claims(tables, practice, directory or Directory())
    yield from _community(tables, practice)
    yield from _family(tables)
    yield from _care_team(tables, practice)
    yield from _care_managers(tables, practice)
    yield from _writers(tables)


def _sighting(row: dict, resource: str, name: str, kind: str, what: str, weight: int, **more) -> Sighting:
    source = text_of(row, "source")
    member = more.pop("member", None)
    return Sighting(
        name, kind, what, weight, source=source, fact=fact_key(row, resource),
        member=f"{source}/{member}" if member else "", **more,
    )  # fmt: skip


def _who_answers(tables: Tables, practice: Practice) -> Iterator[Sighting]:
    """The person's own clinician; the practice itself when nobody is named."""
    patients = [row for row in rows_of(tables, "patient") if row.get("source") in practice.sources]
    names = {row.get("participant_id"): text_of(row, "participant_display") for row in rows_of(tables, "encounter")}
    for row in patients:
        member = row.get("general_practitioner_id")
        if name := text_of(row, "general_practitioner_display") or names.get(member, ""):
            what = "named as the person's clinician"
            aliases = (practice.name,)
            yield _sighting(row, "Patient", name, "clinic", what, ANSWERS, role="primary care", member=member, aliases=aliases)  # fmt: skip
            return
    row = patients[0] if patients else {}
    yield _sighting(row, "Patient", practice.name, "clinic", "the person's practice", ANSWERS, role="primary care")


def _encounters(tables: Tables, practice: Practice) -> Iterator[Sighting]:
    """Hospitals for stays, clinicians for visits, and the place of a visit that names no clinician."""
    for row in rows_of(tables, "encounter"):
        if row.get("status") in NEVER_WAS:
            continue
        day = day_in(row, "end_datetime", "start_datetime")
        clinician, place = text_of(row, "participant_display"), text_of(row, "service_provider_display")
        if in_hospital(row):
            what = HOSPITAL_CLASSES[row["class_code"]]
            name = place or text_of(row, "location_display") or "Hospital"
            yield _sighting(row, "Encounter", name, "hospital", what, SEEN, day=day, aliases=(clinician,))
            continue
        kind = "clinic" if practice.has(row) else "community" if row.get("class_code") == "HH" else "specialist"
        name = clinician or place or (practice.name if kind == "clinic" else "")
        weight = SEEN if clinician else MENTIONED if kind == "clinic" else NAMED
        aliases = (place,) if clinician and kind != "clinic" else ()
        member = row.get("participant_id") if clinician else None
        role = _specialty(tables, row) if kind == "specialist" else ""
        yield _sighting(row, "Encounter", name, kind, "visit", weight, role=role, day=day, member=member, aliases=aliases)  # fmt: skip


def _specialty(tables: Tables, row: dict) -> str:
    """What the clinician of this row does, where the chart lists roles."""
    who = row.get("participant_id")
    roles = (r for r in rows_of(tables, "practitioner_role") if who and r.get("practitioner_id") == who)
    return next((text.lower() for r in roles if (text := text_of(r, "specialty_text", "code_text"))), "")


def _appointments(tables: Tables, practice: Practice, today: date) -> Iterator[Sighting]:
    for row in rows_of(tables, "appointment"):
        day, status = day_in(row, "start_datetime"), row.get("status")
        if status in NEVER_WAS or not (status in KEPT or (day and day >= today)):
            continue
        what = "visit" if status in KEPT else "visit booked"
        kind = "clinic" if row.get("source") in practice.sources else "specialist"
        name, member = text_of(row, "practitioner_display"), row.get("practitioner_id")
        role = text_of(row, "service_type_text").lower() if kind == "specialist" else ""
        yield _sighting(row, "Appointment", name, kind, what, MENTIONED, role=role, day=day, member=member)


def _orders(tables: Tables, practice: Practice) -> Iterator[Sighting]:
    """Who prescribed and who referred. What was ordered during a stay was ordered by the hospital."""
    stays = {
        (row.get("source"), row.get("id")): text_of(row, "service_provider_display")
        for row in rows_of(tables, "encounter")
        if in_hospital(row)
    }
    for table, resource, what in (
        ("medication_request", "MedicationRequest", "prescription"),
        ("service_request", "ServiceRequest", "order"),
    ):
        for row in rows_of(tables, table):
            if row.get("status") in NEVER_WAS or row.get("reported_boolean"):
                continue
            hospital = stays.get((row.get("source"), row.get("encounter_id")), "")
            kind = "hospital" if hospital else "clinic" if row.get("source") in practice.sources else "specialist"
            name, member = hospital or text_of(row, "requester_display"), None if hospital else row.get("requester_id")
            day = day_in(row, "authored_on_datetime", "occurrence_datetime")
            yield _sighting(row, resource, name, kind, what, MENTIONED, day=day, member=member)


def _performers(tables: Tables) -> Iterator[Sighting]:
    """Whom the person was referred to."""
    for row in rows_of(tables, "service_request"):
        if row.get("status") in NEVER_WAS:
            continue
        name, role = text_of(row, "performer_display"), text_of(row, "performer_type_text").lower()
        kind = kind_by_words(f"{name} {role}", f"{text_of(row, 'code_text')}") or "specialist"
        day, member = day_in(row, "authored_on_datetime"), row.get("performer_id")
        yield _sighting(row, "ServiceRequest", name, kind, "referral", NAMED, role=role, day=day, member=member)


def kind_by_words(name: str, about: str = "") -> str:
    """The kind that a name gives away, else that of what it is about; empty when nothing does."""
    for words in (name, about):
        for kind, pattern in KIND_WORDS:
            if re.search(pattern, words, re.IGNORECASE):
                return kind
    return ""


def _pharmacies(tables: Tables) -> Iterator[Sighting]:
    for row in rows_of(tables, "medication_dispense"):
        if row.get("status") in NEVER_WAS:
            continue
        day, what = day_in(row, "when_handed_over_datetime"), "fill of " + text_of(row, "medication_text")
        yield _sighting(row, "MedicationDispense", text_of(row, "performer_display"), "pharmacy", what.removesuffix(" of "), SEEN, day=day)  # fmt: skip


def _payers(tables: Tables, today: date) -> Iterator[Sighting]:
    for row in rows_of(tables, "coverage"):
        ended = day_in(row, "end_date")
        if row.get("status") not in NEVER_WAS and not (ended and ended < today):
            yield _sighting(row, "Coverage", text_of(row, "payor_display"), "payer", "coverage", NAMED)
    for row in rows_of(tables, "explanation_of_benefit"):
        if row.get("status") not in NEVER_WAS:
            day = day_in(row, "created_datetime", "billable_start_datetime")
            yield _sighting(row, "ExplanationOfBenefit", text_of(row, "insurer_display"), "payer", "answered claim", SEEN, day=day)  # fmt: skip


def _claims(tables: Tables, practice: Practice, directory: Directory) -> Iterator[Sighting]:
    """Clinicians and suppliers whom claims name: who billed, and who is in the claim's care team. By NPI, a name where one is known."""
    claims = {
        (row.get("source"), row.get("id")): row
        for row in rows_of(tables, "explanation_of_benefit")
        if row.get("status") not in NEVER_WAS and row.get("type_code") in ("professional", "pharmacy")
    }
    named = [row for row in rows_of(tables, "explanation_of_benefit_care_team") if row.get("role_code") != "other"]
    for row in (*claims.values(), *named):
        claim = claims.get((row.get("source"), row.get("id")))
        number = text_of(row, "provider_number") if is_npi(text_of(row, "provider_number")) else ""
        known = directory.by_npi.get(number)
        name = text_of(row, "provider_display") or (known.name if known else f"NPI {number}" if number else "")
        if claim is None or not name:
            continue
        supplier = claim.get("type_code") == "pharmacy" and row is claim
        kind = "pharmacy" if supplier else kind_by_words(name) or "specialist"
        role = known.specialty.lower() if known and kind == "specialist" else ""
        found = _sighting(
            claim, "ExplanationOfBenefit", name, kind, "claim for care", MENTIONED, role=role,
            day=day_in(claim, "billable_start_datetime"), aliases=(practice.name,) if name == practice.name else (),
        )  # fmt: skip
        member = text_of(row, "provider_id")
        yield replace(found, member=f"npi|{number}" if number else f"{found.source}/{member}" if member else "")


def _community(tables: Tables, practice: Practice) -> Iterator[Sighting]:
    """Agencies: from their own systems, and from tasks elsewhere whose owner's name gives them away."""
    agencies = agency_sources(tables, practice)
    for table, resource, who, when in (
        ("task", "Task", ("owner_display",), ("last_modified_datetime", "authored_on_datetime")),
        ("episode_of_care", "EpisodeOfCare", ("care_manager_display",), ("start_datetime",)),
        ("communication", "Communication", ("sender_display",), ("sent_datetime",)),
    ):
        for row in rows_of(tables, table):
            name = text_of(row, *who) or _organization(tables, row)
            if row.get("status") in NEVER_WAS or not name:
                continue
            if row.get("source") in agencies or kind_by_words(name) == "community":
                what = text_of(row, "description", "code_text", "topic_text", "type_text") or "work for the person"
                yield _sighting(row, resource, name, "community", what[:60].lower(), NAMED, day=day_in(row, *when))


def agency_sources(tables: Tables, practice: Practice) -> set[str]:
    """Sources that tell of services, and of neither visits, medicines nor cover."""
    clinical = ("encounter", "medication_request", "medication_dispense", "coverage", "explanation_of_benefit")
    told = {row.get("source") for name in clinical for row in rows_of(tables, name)}
    services = {row.get("source") for name in ("task", "episode_of_care", "communication") for row in rows_of(tables, name)}  # fmt: skip
    return {source for source in services - told - practice.sources if source}


def _organization(tables: Tables, row: dict) -> str:
    key = row.get("managing_organization_id")
    return next((text_of(o, "name") for o in rows_of(tables, "organization") if key and o.get("id") == key), "")


def _family(tables: Tables) -> Iterator[Sighting]:
    for row in rows_of(tables, "related_person"):
        name = " ".join(filter(None, (text_of(row, "given"), text_of(row, "family"))))
        role = text_of(row, "relationship_text", "relationship_code").lower()
        if row.get("active") is not False:
            what, phone = "named as " + (role or "family"), text_of(row, "phone")
            yield _sighting(row, "RelatedPerson", name, "family", what, NAMED, role=role, member=row.get("id"), phone=phone)  # fmt: skip


def _care_team(tables: Tables, practice: Practice) -> Iterator[Sighting]:
    for row in rows_of(tables, "care_team_participant"):
        member, role = row.get("member_type"), text_of(row, "role_text", "role_code").lower()
        name = text_of(row, "member_display")
        if row.get("status") in NEVER_WAS or member == "Patient":
            continue
        house = house_of(tables, practice, row)
        if house in ("clinic", "specialist"):
            house = kind_by_words(role) or house
        kind = "family" if member == "RelatedPerson" else kind_by_words(name) or house
        yield _sighting(row, "CareTeam", name, kind, "named in the care team", NAMED - 1, role=role, member=row.get("member_id"))  # fmt: skip


def house_of(tables: Tables, practice: Practice, row: dict) -> str:
    """The kind of the house whose system tells this row: by what else it tells of the person."""
    source = row.get("source")
    if source in practice.sources:
        return "clinic"
    if any(
        other.get("source") == source
        for name in ("coverage", "explanation_of_benefit")
        for other in rows_of(tables, name)
    ):
        return "payer"
    if source in agency_sources(tables, practice):
        return "community"
    stays = (other for other in rows_of(tables, "encounter") if other.get("source") == source)
    return "hospital" if any(map(in_hospital, stays)) else "specialist"


def _care_managers(tables: Tables, practice: Practice) -> Iterator[Sighting]:
    """Whoever manages an episode of care that goes on, in whichever house."""
    for row in rows_of(tables, "episode_of_care"):
        name = text_of(row, "care_manager_display")
        if name and row.get("status") not in (*NEVER_WAS, "finished"):
            kind = kind_by_words(name) or house_of(tables, practice, row)
            yield _sighting(
                row, "EpisodeOfCare", name, kind, "manages an episode of care", NAMED, role="care manager",
                day=day_in(row, "start_datetime"), member=row.get("care_manager_id"),
            )  # fmt: skip


def _writers(tables: Tables) -> Iterator[Sighting]:
    """Who wrote a document or a report: an exchange with somebody known already, nobody new."""
    for row in rows_of(tables, "document_reference"):
        day, what = day_in(row, "date_datetime"), text_of(row, "type_text", "description").lower() or "document"
        for name in {text_of(row, "author_display"), text_of(row, "custodian_display")}:
            yield _sighting(row, "DocumentReference", name, "", what, WROTE, day=day)
    for row in rows_of(tables, "diagnostic_report"):
        day, what = day_in(row, "issued_datetime", "effective_datetime"), text_of(row, "code_text").lower() or "report"
        yield _sighting(row, "DiagnosticReport", text_of(row, "performer_display"), "", what, WROTE, day=day)
