"""Every write of this room: keyword arguments, `by=`, one transaction, its audit event."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import Role, User
from bluering.coordination import policies, safety, states
from bluering.coordination.models import Contact, Cover, Handoff, HandoffEvent, Kind, Mode, Panel, State, Topic, Whom
from bluering.coordination.talks import end_with
from bluering.errors import BadInput, Refusal

CLOCK_SLACK = timedelta(minutes=5)
LONGEST_CONTACT_MINUTES = 600
LONGEST_NOTE = 400


@transaction.atomic
def log_contact(
    *, person_id: str, at: datetime, mode: str, reached: bool, whom: str, purpose: str, minutes: int, by: User,
    note: str = "", gap=None, topics: Sequence[str] = (),
) -> Contact:  # fmt: skip
    """Record one attempt to reach somebody about the person; `gap` is the population.Gap it was about. A clock that ran for them ends."""
    policies.require_about(by, "contact.log", person_id)
    _check_choice("mode", mode, Mode)
    _check_choice("whom", whom, Whom)
    _check_moment(at)
    if not 0 <= minutes <= LONGEST_CONTACT_MINUTES:
        raise BadInput(f"minutes: write a number from 0 to {LONGEST_CONTACT_MINUTES}.")
    if gap is not None and gap.person_id != person_id:
        raise BadInput("gap: it belongs to another person; choose one of this person's gaps.")
    contact = Contact.objects.create(
        person_id=person_id, at=at, mode=mode, reached=reached, whom=whom, purpose=_text("purpose", purpose, 120),
        minutes=minutes, note=note, by=by, gap_id=gap.pk if gap is not None else None, topics=_topics(topics),
    )  # fmt: skip
    end_with(contact=contact, by=by)
    audit.record(by, "contact.log", person_id, f"contact {contact.pk}")
    safety.hear(person_id=person_id, text=f"{purpose} {note}", by=by)
    return contact


def _topics(given: Sequence[str]) -> list[str]:
    if unknown := [one for one in given if one not in Topic.values]:
        raise BadInput(f"topics: {unknown[0]} is unknown; use {', '.join(Topic.values)}.")
    return list(dict.fromkeys(given))


@transaction.atomic
def open_handoff(
    *, person_id: str, kind: str, title: str, sender: str, receiver: str, by: User, receiver_user: User | None = None,
    due_date: date | None = None, fact_key: str = "", gap_key: str = "", note: str = "",
) -> Handoff:  # fmt: skip
    """Open a handoff as a draft, owned by whoever opens it. Send it with `move_handoff`."""
    policies.require_about(by, "handoff.open", person_id)
    _check_choice("kind", kind, Kind)
    handoff = Handoff.objects.create(
        person_id=person_id, kind=kind, title=_text("title", title, 200), sender=_text("sender", sender, 200),
        receiver=_text("receiver", receiver, 200), owner=by, receiver_user=receiver_user, due_date=due_date,
        fact_key=fact_key, gap_key=gap_key, note=note, opened_by=by,
    )  # fmt: skip
    HandoffEvent.objects.create(handoff=handoff, by=by, what="open", to_state=State.DRAFT, note=note)
    audit.record(by, "handoff.open", person_id, f"handoff {handoff.pk}")
    return handoff


@transaction.atomic
def move_handoff(*, handoff: Handoff, move: str, by: User, note: str = "") -> Handoff:
    """Make one move of the table in `states`, with its history. Raises Refusal, NotPossibleNow or BadInput.

    Works on the row as it is now, locked, and brings the given object up to date.
    """
    row = states.MOVES.get(move)
    if row is None:
        raise BadInput(f"move: unknown; use one of {', '.join(states.MOVES)}.")
    handoff.refresh_from_db(from_queryset=Handoff.objects.select_for_update())
    policies.require_move(handoff, row, by)
    if row.needs_note and not note.strip():
        raise BadInput(f"note: say why; {row.label.lower()} needs a reason.")
    before, after = states.apply(handoff, row, at=timezone.now(), by=by)
    handoff.save()
    HandoffEvent.objects.create(handoff=handoff, by=by, what=move, from_state=before, to_state=after, note=note)
    audit.record(by, f"handoff.{move}", handoff.person_id, f"handoff {handoff.pk}")
    return handoff


@transaction.atomic
def assign(*, person_id: str, coordinator: User | None, by: User, reason: str = "") -> Panel | None:
    """Put the person on a coordinator's panel and end the earlier row; None takes the person off every panel.

    Assigning to the coordinator who holds the person already changes nothing.
    """
    policies.require_about(by, "panel.assign", person_id)
    if coordinator is not None and not (coordinator.role == Role.COORDINATOR and coordinator.is_active):
        raise BadInput("coordinator: choose somebody with the role of care coordinator and an open account.")
    held = Panel.objects.select_for_update().filter(person_id=person_id, until=None).first()
    if held and coordinator and held.coordinator_id == coordinator.pk:
        return held
    today = timezone.localdate()
    if held:
        held.until = today
        held.save(update_fields=["until"])
    panel = None
    if coordinator:
        panel = Panel.objects.create(person_id=person_id, coordinator=coordinator, since=today, reason=reason[:200])
    audit.record(by, "panel.assign", person_id, f"panel {panel.pk}" if panel else "panel none")
    return panel


@transaction.atomic
def arrange_cover(
    *, absent: User, covering: User, since: date, by: User, until: date | None = None, note: str = ""
) -> Cover:
    """Let `covering` look after the panel of `absent`, both days included. Coordinators arrange their own absence.

    The same once more changes nothing.
    """
    permissions.require(by, "cover.arrange")
    if by.role == Role.COORDINATOR and by.pk != absent.pk:
        raise Refusal(f"You may arrange cover for yourself. Who could: {absent.username}; administrators.")
    if covering.role != Role.COORDINATOR or not covering.is_active or covering.pk == absent.pk:
        raise BadInput("covering: choose another care coordinator with an open account.")
    if until is not None and until < since:
        raise BadInput("until: choose a day on or after the first.")
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"note: write at most {LONGEST_NOTE} characters.")
    told = {"absent": absent, "covering": covering, "since": since, "until": until}
    if same := Cover.objects.filter(**told, called_off_at=None).first():
        return same
    cover = Cover.objects.create(**told, note=note.strip())
    audit.record(by, "cover.arrange", detail=f"cover {cover.pk}")
    return cover


@transaction.atomic
def end_cover(*, cover: Cover, by: User) -> Cover:
    """From now on nobody covers: called off when it has not begun before today, else it ended yesterday. Ended already, nothing changes."""
    permissions.require(by, "cover.arrange")
    row = Cover.objects.select_for_update().select_related("absent").get(pk=cover.pk)
    if by.role == Role.COORDINATOR and by.pk != row.absent_id:
        raise Refusal(f"Only {row.absent.name} or an administrator ends this.")
    today = timezone.localdate()
    if row.called_off_at or (row.until is not None and row.until < today):
        return row
    if row.since < today:
        row.until = today - timedelta(days=1)
    else:
        row.called_off_at = timezone.now()
    row.save(update_fields=["until", "called_off_at"])
    audit.record(by, "cover.end", detail=f"cover {row.pk}")
    return row


def _check_choice(field: str, value: str, choices) -> None:
    if value not in choices.values:
        raise BadInput(f"{field}: unknown; use one of {', '.join(choices.values)}.")


def _check_moment(at: datetime) -> None:
    if timezone.is_naive(at):
        raise BadInput("at: give the moment with its time zone.")
    if at > timezone.now() + CLOCK_SLACK:
        raise BadInput("at: this lies in the future; log a contact after it was tried.")


def _text(field: str, value: str, longest: int) -> str:
    value = value.strip()
    if not value or len(value) > longest:
        raise BadInput(f"{field}: write something, at most {longest} characters.")
    return value
