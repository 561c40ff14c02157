"""What people here say of a person's care team: somebody belongs to it, is no longer involved, leads. Each write has its audit event."""

from django.db import transaction
from django.utils import timezone

from bluering.access import audit
from bluering.access.models import User
from bluering.coordination import policies
from bluering.coordination.models import Behalf, Channel, Lead, TeamEvent, TeamMember
from bluering.coordination.ring_values import KINDS, key_of
from bluering.coordination.team import lead_of
from bluering.errors import BadInput

LONGEST = {"role": 120, "organization": 200, "phone": 60, "note": 400}


@transaction.atomic
def confirm(
    *, person_id: str, name: str, kind: str, by: User, key: str = "", role: str = "", organization: str = "",
    phone: str = "", channel: str = "", behalf: str = "", note: str = "",
) -> TeamMember:  # fmt: skip
    """Say that somebody belongs to the team, found by facts (`key`) or told by the person, and how they are rightly called.

    Saying the same again changes nothing.
    """
    policies.require_about(by, "team.manage", person_id)
    said = _checked(role=role, organization=organization, phone=phone, note=note)
    said |= {"name": _name(name), "kind": kind, "channel": channel, "behalf": behalf}
    _check_choices(kind, channel, behalf)
    return _say(person_id, key or key_of(name), by, "confirm", said)


@transaction.atomic
def no_longer(*, person_id: str, name: str, kind: str, by: User, key: str = "", note: str = "") -> TeamMember:
    """Say that somebody is no longer involved. Something that passes after today brings them back as found.

    Whoever led leads no longer; until somebody else is agreed, whoever holds the panel here does.
    """
    policies.require_about(by, "team.manage", person_id)
    _check_choices(kind, "", "")
    key = key or key_of(name)
    before = _newest(person_id, key)
    kept = (
        {field: getattr(before, field) for field in ("role", "organization", "phone", "channel", "behalf")}
        if before
        else {}
    )
    said = {**kept, "name": _name(name), "kind": kind, **_checked(note=note)}
    lead = lead_of(person_id)
    if lead is not None and lead.key == key:
        agree_lead(person_id=person_id, by=by)
    return _say(person_id, key, by, "no_longer", said, gone=True)


@transaction.atomic
def agree_lead(*, person_id: str, by: User, key: str = "", name: str = "", agreed_with: str = "") -> Lead:
    """Say who leads: somebody of the team, or without a key whoever holds the panel here. `agreed_with` tells with whom it was agreed."""
    policies.require_about(by, "team.manage", person_id)
    if key and not agreed_with.strip():
        raise BadInput("agreed_with: say with whom it was agreed; they and the person should know it too.")
    lead = Lead.objects.create(
        person_id=person_id, key=key, name=_name(name) if key else "", agreed_with=agreed_with.strip()[:200], by=by
    )
    who = lead.name or "whoever holds the panel here"
    TeamEvent.objects.create(person_id=person_id, by=by, what="lead", name=who, note=lead.agreed_with)
    audit.record(by, "team.lead", person_id, f"lead {lead.pk}")
    return lead


def _say(person_id: str, key: str, by: User, what: str, said: dict, *, gone: bool = False) -> TeamMember:
    before = _newest(person_id, key)
    if (
        before
        and bool(before.gone_at) == gone
        and all(getattr(before, field) == value for field, value in said.items())
    ):
        return before
    member = TeamMember.objects.create(
        person_id=person_id, key=key, by=by, gone_at=timezone.now() if gone else None, **said
    )
    TeamEvent.objects.create(person_id=person_id, by=by, what=what, name=member.name, note=member.note)
    audit.record(by, f"team.{what}", person_id, f"member {member.pk}")
    return member


def _newest(person_id: str, key: str) -> TeamMember | None:
    return TeamMember.objects.filter(person_id=person_id, key=key).order_by("-at", "-id").first()


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not key_of(name).strip() or len(name) > 200:
        raise BadInput("name: write who it is, at most 200 characters.")
    return name


def _checked(**said: str) -> dict[str, str]:
    said = {field: " ".join(value.split()) for field, value in said.items()}
    for field, value in said.items():
        if len(value) > LONGEST[field]:
            raise BadInput(f"{field}: write at most {LONGEST[field]} characters.")
    return said


def _check_choices(kind: str, channel: str, behalf: str) -> None:
    if kind not in KINDS:
        raise BadInput(f"kind: unknown; use one of {', '.join(KINDS)}.")
    if channel and channel not in Channel.values:
        raise BadInput(f"channel: unknown; use one of {', '.join(Channel.values)}.")
    if behalf and behalf not in Behalf.values:
        raise BadInput(f"behalf: unknown; use one of {', '.join(Behalf.values)}.")
