"""What joins two participants: the last thing that passed between them, and whether it was answered.

Each function finds one kind of evidence. Where several speak of the same two, the worst state is shown: what is open
is not hidden by what went well.
"""

from collections.abc import Iterator

from bluering.coordination.ring_around import LONG_AGO, Around, Tie, is_of, newest
from bluering.coordination.ring_clinical_links import hospitals, pharmacies, prescribers, specialists
from bluering.coordination.ring_values import Link, day_in, day_of, from_source, rows_of, text_of
from bluering.coordination.ring_work import answers_for, caregiver_of, concerned, ends

WORST_FIRST = ("gap", "partial", "closed")


def links(around: Around) -> list[Link]:
    """One link for each two participants that something joins, in a fixed order."""
    best: dict[frozenset, Tie] = {}
    for tie in sorted(_ties(around), key=_worst_then_newest):
        if tie.a is not tie.b:
            best.setdefault(frozenset((tie.a.id, tie.b.id)), tie)
    made = [Link(tie.a.id, tie.b.id, tie.state, tie.why, tie.day) for tie in best.values()]
    return sorted(made, key=lambda link: (link.a, link.b))


def _worst_then_newest(tie: Tie) -> tuple:
    return WORST_FIRST.index(tie.state), -(tie.day or LONG_AGO).toordinal(), tie.a.id, tie.b.id, tie.why


def _ties(around: Around) -> Iterator[Tie]:
    for find in (_gaps, _handoffs, hospitals, specialists, prescribers, pharmacies, _payers, _caregivers, _agencies):
        yield from find(around)


def _gaps(around: Around) -> Iterator[Tie]:
    """A gap lies between those it is about; when it is about one, between them and who answers for it."""
    faces = around.faces
    for gap in around.gaps:
        about = concerned(faces, gap)
        others = about[1:] or [answers_for(faces, gap)]
        due = f"; due {around.say(day_of(gap.due_date))}" if gap.due_date else ""
        for other in others:
            yield Tie(about[0], other, "gap", f"{gap.title}{due}.", about[0].day)


def _handoffs(around: Around) -> Iterator[Tie]:
    for handoff in around.handoffs:
        sender, receiver = ends(around.faces, handoff)
        state, opened = str(handoff.state), day_of(handoff.opened_at)
        if state == "closed":
            day = day_of(handoff.closed_at) or opened
            yield Tie(sender, receiver, "closed", f"{handoff.title}: closed on {around.say(day)}.", day)
        elif state != "cancelled":
            words = state.replace("_", " ")
            why = f"{handoff.title}: opened on {around.say(opened)}, {words}, not closed."
            yield Tie(sender, receiver, "partial", why, day_of(handoff.information_confirmed_at))


def _payers(around: Around) -> Iterator[Tie]:
    for payer in around.faces.of_kind("payer"):
        rows = [r for r in rows_of(around.tables, "explanation_of_benefit") if is_of(payer, r, "ExplanationOfBenefit")]
        claim = newest(rows, "created_datetime", "billable_start_datetime", today=around.today)
        if claim is None:
            continue
        day = day_in(claim, "created_datetime", "billable_start_datetime")
        answered = claim.get("outcome") in (None, "", "complete")
        words = "Answered a claim" if answered else f"A claim is {claim['outcome']}"
        why = f"{words} on {around.say(day)}{from_source(text_of(claim, 'source'))}."
        yield Tie(around.faces.primary, payer, "closed" if answered else "partial", why, day)


def _caregivers(around: Around) -> Iterator[Tie]:
    """The newest contact with each family member: reached, or only tried."""
    us = around.faces.coordinator or around.faces.primary
    for contact in around.contacts:
        if contact.whom == "caregiver" and (face := around.faces.named(caregiver_of(around.tables, contact))):
            day = day_of(contact.at)
            words = "Talked" if contact.reached else "Tried, not reached,"
            newest = max(day_of(c.at) or LONG_AGO for c in around.contacts if c.whom == "caregiver")
            if day == newest:
                why = f"{words} on {around.say(day)} (logged here)."
                yield Tie(us, face, "closed" if contact.reached else "partial", why, day)


def _agencies(around: Around) -> Iterator[Tie]:
    """The newest request or task with each agency: done, or only asked."""
    us = around.faces.coordinator or around.faces.primary
    for agency in around.faces.of_kind("community"):
        rows = [
            *(r for r in rows_of(around.tables, "task") if is_of(agency, r, "Task")),
            *(r for r in rows_of(around.tables, "service_request") if is_of(agency, r, "ServiceRequest")),
        ]
        columns = ("last_modified_datetime", "authored_on_datetime")
        if (asked := newest(rows, *columns, today=around.today)) is None:
            continue
        day, status = day_in(asked, *columns), text_of(asked, "status")
        what = text_of(asked, "description", "code_text") or "Request"
        said = text_of(asked, "business_status_text") or status or "asked"
        why = f"{what}: {said} on {around.say(day)}{from_source(text_of(asked, 'source'))}."
        yield Tie(us, agency, "closed" if status == "completed" else "partial", why, day)
