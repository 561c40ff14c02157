"""The Inbox as its page shows it: rows with who works on them, reasons with what can be done to all at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils import timezone

from bluering.access.models import User
from bluering.intake.inbox import queries
from bluering.intake.inbox.queries import Item, Reason, Wanted
from bluering.intake.models import Claim, Replay
from bluering.record.names import source_name
from bluering.web import status
from bluering.web.words import ago_words

KIND_WORDS = {"piece": "file", "message": "message", "document": "document"}


@dataclass(frozen=True)
class Row:
    """One item of the queue. `claim` says who works on it; `may_claim` whether this user may begin now."""

    kind: str
    id: int
    source: str
    place: str
    file: str
    reason: str
    came: str
    claim: status.Look | None
    may_claim: bool
    mine: bool

    @property
    def href(self) -> str:
        return f"/inbox/{self.kind}/{self.id}/"


@dataclass(frozen=True)
class ReasonRow:
    """One reason for which many items wait, with the address of just these."""

    source: str
    reason: str
    count: int
    since: str
    wanted: Wanted

    @property
    def href(self) -> str:
        return f"/inbox/?{self.query}"

    @property
    def query(self) -> str:
        wanted = self.wanted
        return urlencode({"kind": wanted.kind, "source": wanted.source, "reason": wanted.reason})


def rows(items: list[Item], user: User, *, may_work: bool, named: bool) -> list[Row]:
    """`named`: the file's name is shown too, for those who may open items."""
    standing = queries.claims(items)
    return [row(item, standing.get((item.kind, item.id)), user, may_work=may_work, named=named) for item in items]


def row(item: Item, claim: Claim | None, user: User, *, may_work: bool, named: bool) -> Row:
    return Row(
        kind=item.kind,
        id=item.id,
        source=source_name(item.source),
        place=item.place,
        file=item.file if named else "",
        reason=item.reason,
        came=ago_words(item.at),
        claim=claim_look(claim, user),
        may_claim=may_work and claim is None,
        mine=claim is not None and claim.user_id == user.pk,
    )


def claim_look(claim: Claim | None, user: User) -> status.Look | None:
    if claim is None:
        return None
    minutes = max(1, round((claim.until - timezone.now()).total_seconds() / 60))
    mine = claim.user_id == user.pk
    return status.Look("yours" if mine else f"{claim.user.name}, {minutes} min", "info" if mine else "due")


def reason_rows(found: Iterable[Reason]) -> list[ReasonRow]:
    return [
        ReasonRow(
            source_name(one.source), one.reason, one.count, ago_words(one.since),
            Wanted(kind=one.kind, source=one.source, reason=one.reason),
        )
        for one in found
    ]  # fmt: skip


@dataclass(frozen=True)
class ReplayView:
    """A reading again under way, or just finished."""

    id: int
    by: str
    percent: int
    words: str
    finished: bool
    problem: str


def replay(row: Replay) -> ReplayView:
    percent = 100 if row.finished_at else round(100 * row.done / max(row.total, 1))
    said = (
        f"{row.came_in:,} of {row.total:,} came in" if row.finished_at else f"{row.done:,} of {row.total:,} read again"
    )
    return ReplayView(row.pk, row.by.name, percent, said, row.finished_at is not None, row.problem)


PLACE = re.compile(r"\b(?:char(?:acter)?|byte|position|column) (\d+)")
WIDTH = 1_600


def text_around(raw: bytes, reason: str) -> str:
    """The bytes around the place that the reason names, or the beginning; `…` where there is more. Lines end as on this page."""
    named = PLACE.search(reason)
    start = max(0, int(named[1]) - WIDTH // 2) if named else 0
    piece = raw[start : start + WIDTH].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return ("…" if start else "") + piece + ("…" if len(raw) > start + WIDTH else "")
