"""What people do with items of the Inbox: claim, let go, set aside, take up again, ask for another reading."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.errors import BadInput, Refusal
from bluering.intake.inbox import queries
from bluering.intake.inbox.queries import KEPT, Wanted
from bluering.intake.models import Claim, InboxEvent, Replay
from bluering.intake.models.inbox import ItemKind

HELD = timedelta(minutes=15)
LONGEST_NOTE = 400
AT_ONCE = 500
What = InboxEvent.What
PERMISSION = {ItemKind.PIECE: "inbox.work", ItemKind.MESSAGE: "inbox.work", ItemKind.DOCUMENT: "documents.file"}


@transaction.atomic
def claim(*, kind: str, item_id: int, by: User, word: str = "") -> Claim:
    """Work on an item for fifteen minutes, renewed by `renew`. Who holds it already keeps it.

    Of a colleague's item it takes a word to them, which stands in the item's history. Raises Refusal without it.
    """
    _may(by, kind)
    now, word = timezone.now(), word.strip()[:LONGEST_NOTE]
    held = Claim.objects.select_for_update().select_related("user").filter(kind=kind, item_id=item_id).first()
    others = held is not None and held.until > now and held.user_id != by.pk
    if held and others and not word:
        until = timezone.localtime(held.until)
        raise Refusal(f"{held.user.name} works on this until {until:%H:%M}. To take it over, leave a word for them.")
    known = held is not None and held.until > now and not others
    standing, _ = Claim.objects.update_or_create(
        kind=kind, item_id=item_id, defaults={"user": by, "until": now + HELD} | ({} if known else {"at": now})
    )
    if not known:
        _note(What.TAKEN_OVER if others else What.CLAIMED, kind, [item_id], by, word)
    return standing


def renew(*, by: User) -> int:
    """The claims of somebody whose page is open go on; returns how many stand."""
    now = timezone.now()
    return Claim.objects.filter(user=by, until__gt=now).update(until=now + HELD)


@transaction.atomic
def release(*, kind: str, item_id: int, by: User) -> None:
    """Let an item go. One that is not held changes nothing."""
    if Claim.objects.filter(kind=kind, item_id=item_id, user=by).delete()[0]:
        _note(What.RELEASED, kind, [item_id], by)


@transaction.atomic
def set_aside(*, wanted: Wanted, why: str, by: User) -> int:
    """Put items out of the queue, with the reason; those that colleagues work on stay. Returns how many.

    Raises Refusal or BadInput. A single item that a colleague holds is refused.
    """
    why = why.strip()
    if not why or len(why) > LONGEST_NOTE:
        raise BadInput(f"why: write why it may stay unread, at most {LONGEST_NOTE} characters.")
    _not_a_colleagues(wanted, by)
    done = 0
    for kind in queries.kinds(wanted):
        _may(by, kind)
        ids = _free(kind, wanted, by)
        _move(kind, ids, KEPT[kind].aside)
        _note(What.SET_ASIDE, kind, ids, by, why)
        done += len(ids)
    return done


@transaction.atomic
def take_up(*, kind: str, item_id: int, by: User) -> None:
    """Put an item that was set aside back into the queue."""
    _may(by, kind)
    ids = list(queries.rows(kind, Wanted(item_id=item_id), aside=True).values_list("pk", flat=True))
    _move(kind, ids, KEPT[kind].waiting)
    _note(What.TAKEN_UP, kind, ids, by)


@transaction.atomic
def ask_for_replay(*, wanted: Wanted, by: User) -> Replay:
    """Ask that items be read again by a worker: one, all with a reason, or all. Raises Refusal or BadInput."""
    permissions.require(by, "inbox.work")
    _not_a_colleagues(wanted, by)
    total = queries.count(wanted)
    if not total:
        raise BadInput("Nothing of this sort waits any more. Go back to the Inbox.")
    named: dict[str, Any] = {
        "kind": wanted.kind,
        "source": wanted.source,
        "reason": wanted.reason,
        "item_id": wanted.item_id,
    }
    named |= {"without": list(wanted.without)} if wanted.without else {}
    replay = Replay.objects.create(by=by, total=total, wanted=named)
    audit.record(by, "inbox.replay", detail=f"replay {replay.pk} of {total}")
    return replay


def _may(by: User, kind: str) -> None:
    if kind not in PERMISSION:
        raise BadInput(f"kind: unknown; use one of {', '.join(ItemKind.values)}.")
    permissions.require(by, PERMISSION[ItemKind(kind)])


def _not_a_colleagues(wanted: Wanted, by: User) -> None:
    held = queries.claim_on(wanted.kind, wanted.item_id) if wanted.item_id is not None else None
    if held and held.user_id != by.pk:
        raise Refusal(f"{held.user.name} works on this. To take it over, claim it with a word for them.")


def _free(kind: str, wanted: Wanted, by: User) -> list[int]:
    """The items wanted, without those that colleagues hold."""
    theirs = Claim.objects.filter(kind=kind, until__gt=timezone.now()).exclude(user=by).values("item_id")
    return list(queries.rows(kind, wanted).exclude(pk__in=theirs).values_list("pk", flat=True))


def _move(kind: str, ids: Collection[int], state: str) -> None:
    ids = list(ids)
    for start in range(0, len(ids), AT_ONCE):
        KEPT[kind].model._default_manager.filter(pk__in=ids[start : start + AT_ONCE]).update(state=state)
        Claim.objects.filter(kind=kind, item_id__in=ids[start : start + AT_ONCE]).delete()


def _note(what: str, kind: str, ids: Collection[int], by: User, note: str = "") -> None:
    """History of each item, and one audit event for the act."""
    InboxEvent.objects.bulk_create(
        [InboxEvent(kind=kind, item_id=pk, what=what, by=by, note=note) for pk in ids], batch_size=AT_ONCE
    )
    if ids:
        first = min(ids)
        audit.record(
            by, f"inbox.{what}", detail=f"{kind} {first}" + (f" and {len(ids) - 1} more" if len(ids) > 1 else "")
        )
