"""Links between those who treat: hospital, specialist, prescribers, pharmacy. Each is read from the chart alone but for follow-up."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from bluering.coordination.ring_around import LONG_AGO, Around, Tie, is_of, newest, newest_of, sentence
from bluering.coordination.ring_participants import Face
from bluering.coordination.ring_practice import in_hospital
from bluering.coordination.ring_sightings import NEVER_WAS
from bluering.coordination.ring_values import day_in, day_of, fact_key, from_source, key_of, rows_of, text_of

SUMMARIES = {"18842-5", "34105-7", "28655-9"}


def hospitals(around: Around) -> Iterator[Tie]:
    """After the last stay: did the summary come, and was the person seen or spoken with?"""
    for hospital in around.faces.of_kind("hospital"):
        rows = [
            row for row in rows_of(around.tables, "encounter") if in_hospital(row) and is_of(hospital, row, "Encounter")
        ]
        stay = newest(rows, "start_datetime", today=around.today)
        if stay is None:
            continue
        ended, source = day_in(stay, "end_datetime"), from_source(text_of(stay, "source"))
        if ended is None or ended > around.today:
            since = around.say(day_in(stay, "start_datetime"))
            yield Tie(hospital, around.faces.primary, "partial", f"In hospital since {since}{source}.", around.today)
            continue
        summary, seen = _summary_of(around, stay), _followed_up(around, ended)
        parts = [f"left on {around.say(ended)}{source}"]
        parts.append(f"summary received {around.say(summary)}" if summary else "no discharge summary received")
        parts.append(f"followed up on {around.say(seen)}" if seen else "no follow-up since")
        state = "closed" if summary and seen else "partial"
        yield Tie(hospital, around.faces.primary, state, sentence(parts), max(filter(None, (ended, summary, seen))))


def _summary_of(around: Around, stay: dict) -> date | None:
    began, key = day_in(stay, "start_datetime") or LONG_AGO, stay.get("id")
    for row in rows_of(around.tables, "document_reference"):
        is_summary = (
            row.get("type_code") in SUMMARIES or "discharge" in text_of(row, "type_text", "description").lower()
        )
        day = day_in(row, "date_datetime")
        of_stay = row.get("context_encounter_id") in (None, "", key)
        if is_summary and of_stay and row.get("source") == stay.get("source") and day and began <= day <= around.today:
            return day
    return None


def _followed_up(around: Around, since: date) -> date | None:
    """The first visit to the practice, or talk with somebody, from that day on."""
    visits = [
        day_in(row, "start_datetime")
        for row in rows_of(around.tables, "encounter")
        if around.practice.has(row) and not in_hospital(row) and row.get("status") not in NEVER_WAS
    ]
    talks = [day_of(contact.at) for contact in around.contacts if contact.reached and contact.mode != "mail"]
    return min((day for day in visits + talks if day and since <= day <= around.today), default=None)


def specialists(around: Around) -> Iterator[Tie]:
    """Referred or seen: did a report come back?"""
    for specialist in around.faces.of_kind("specialist"):
        referral = newest_of(around, specialist, "service_request", "ServiceRequest", "authored_on_datetime")
        visit = newest_of(around, specialist, "encounter", "Encounter", "start_datetime")
        report = max(_reports(around, specialist), default=None)
        asked = max(filter(None, (referral, visit)), default=None)
        if asked is None and report is None:
            continue
        answered = report is not None and report >= (referral or visit or report)
        parts = [f"referred on {around.say(referral)}"] if referral else []
        parts += [f"seen on {around.say(visit)}"] if visit else []
        parts.append(f"report received {around.say(report)}" if answered else "no report back")
        day = max(filter(None, (asked, report)))
        source = from_source((specialist.last or specialist.first).source)
        why = sentence(parts, source)
        yield Tie(around.faces.primary, specialist, "closed" if answered else "partial", why, day)


def _reports(around: Around, specialist: Face) -> Iterator[date]:
    for table, resource, column in (
        ("document_reference", "DocumentReference", "date_datetime"),
        ("diagnostic_report", "DiagnosticReport", "issued_datetime"),
    ):
        if day := newest_of(around, specialist, table, resource, column):
            yield day


def prescribers(around: Around) -> Iterator[Tie]:
    """Two clinicians who prescribe the same medicine: with the same dose, or not."""
    orders: dict[str, dict[Face, dict]] = {}
    for row in sorted(rows_of(around.tables, "medication_request"), key=lambda r: text_of(r, "authored_on_datetime")):
        medicine = text_of(row, "medication_code", "medication_text")
        for face in around.faces.of_fact(fact_key(row, "MedicationRequest")) if row.get("status") == "active" else ():
            orders.setdefault(medicine, {})[face] = row
    for medicine, by_face in orders.items():
        for one, other in combinations(by_face, 2) if medicine else ():
            yield _same_medicine(around, one, by_face[one], other, by_face[other])


def _same_medicine(around: Around, one: Face, order: dict, other: Face, second: dict) -> Tie:
    doses = [text_of(row, "dosage_text") for row in (order, second)]
    days = [day_in(row, "authored_on_datetime") for row in (order, second)]
    said = " and ".join(
        f"{face.name} {dose or 'dose not told'} ({around.say(day)})"
        for face, dose, day in zip((one, other), doses, days, strict=True)
    )
    why = f"Both prescribe {text_of(order, 'medication_text', 'medication_code')}: {said}."
    agree = doses[0] and key_of(doses[0]) == key_of(doses[1])
    return Tie(one, other, "closed" if agree else "partial", why, max(filter(None, days), default=None))


def pharmacies(around: Around) -> Iterator[Tie]:
    """The last fill: whose order did it answer?"""
    for pharmacy in around.faces.of_kind("pharmacy"):
        rows = [
            row for row in rows_of(around.tables, "medication_dispense") if is_of(pharmacy, row, "MedicationDispense")
        ]
        fill = newest(rows, "when_handed_over_datetime", today=around.today)
        if fill is None:
            continue
        day, medicine = day_in(fill, "when_handed_over_datetime"), text_of(fill, "medication_text", "medication_code")
        filled = f"Filled {medicine or 'a medicine'} on {around.say(day)}{from_source(text_of(fill, 'source'))}"
        if found := _order_before(around, fill, day):
            prescriber, ordered = found
            yield Tie(pharmacy, prescriber, "closed", f"{filled}, ordered by {prescriber.name} on {around.say(ordered)}.", day)  # fmt: skip
        else:
            yield Tie(pharmacy, around.faces.primary, "partial", f"{filled}; no order for it on record.", day)


def _order_before(around: Around, fill: dict, day: date | None) -> tuple[Face, date] | None:
    """Who ordered this medicine last before it was filled."""
    names = {text_of(fill, "medication_code"), key_of(text_of(fill, "medication_text"))} - {""}
    found = []
    for row in rows_of(around.tables, "medication_request"):
        same = names & {text_of(row, "medication_code"), key_of(text_of(row, "medication_text"))}
        ordered = day_in(row, "authored_on_datetime")
        if same and ordered and day and ordered <= day:
            found += [(ordered, face.id, face) for face in around.faces.of_fact(fact_key(row, "MedicationRequest"))]
    if not found:
        return None
    ordered, _, prescriber = max(found, key=lambda row: row[:2])
    return prescriber, ordered
