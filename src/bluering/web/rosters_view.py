"""Payers' lists as pages show them: months as bars, and where a list and the practice disagree about somebody."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bluering.record.models import PersonSummary
from bluering.record.names import source_name
from bluering.rosters.models import Answer, Kind, Question, RosterMonth, Standing
from bluering.rosters.queries import Member
from bluering.web.months_view import Bars, draw, month_words
from bluering.web.words import age_on, day_words

# Kind → how a tab is called; what is asked; what may be answered. The order is the order of the tabs.
KINDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    Kind.UNKNOWN: ("Not known here", "Does this person belong to us?", ("contacted", "not_ours", "moved", "wrong_person", "later")),
    Kind.NOT_SEEN: ("Not seen here", "Do we still look after this person?", ("contacted", "not_ours", "moved", "later")),
    Kind.DROPPED: ("Dropped", "Why is this person no longer on the list?", ("ours", "other_cover", "moved", "not_ours", "later")),
    Kind.NOT_LISTED: ("Not on the list", "Should this person be on the list?", ("ours", "other_cover", "not_ours", "later")),
    Kind.DIED: ("Died", "Does the payer know?", ("died", "wrong_person", "later")),
    Kind.PAYER_HIGH: ("Payer sees more need", "What does the payer see that we do not?", ("watch", "looked", "later")),
    Kind.WE_HIGH: ("We see more need", "What do we see that the payer does not?", ("watch", "looked", "later")),
}  # fmt: skip
STATES = {"open": "Open", "answered": "Answered"}


@dataclass(frozen=True)
class MonthLine:
    """One month of a list: how many are on it, came and left."""

    month: str
    words: str
    members: str
    added: int
    dropped: int
    attributed: str
    held: bool
    confirmed: str
    id: int


@dataclass(frozen=True)
class PayerList:
    """One payer's list over its months, the newest first."""

    source: str
    payer: str
    source_words: str
    members: str
    months: tuple[MonthLine, ...]
    bars: Bars
    waiting: int
    held: MonthLine | None


@dataclass(frozen=True)
class Row:
    """One question: who, what both sides say, and what was answered."""

    id: int
    person_id: str
    name: str
    facts: str
    sentence: str
    payer: str
    answered: str
    note: str


@dataclass(frozen=True)
class MemberRow:
    """Somebody on a list."""

    person_id: str
    name: str
    facts: str
    key: str
    since: str
    clinician: str


def lists(months: Sequence[RosterMonth], waiting: Mapping[str, int], today: dt.date) -> list[PayerList]:
    """Every payer's list; `months` come by source, the newest first."""
    return [
        _list(source, list(rows), waiting.get(source, 0), today)
        for source, rows in groupby(months, key=lambda one: one.source)
    ]


def _list(source: str, rows: list[RosterMonth], waiting: int, today: dt.date) -> PayerList:
    lines = tuple(_month(row, today) for row in rows)
    used = next((row for row in rows if row.standing != Standing.HELD), rows[0])
    points = [
        (month_words(row.month), float(row.members), row.standing != Standing.HELD, f"{row.members:,} members, {row.added} came, {row.dropped} left")
        for row in reversed(rows)
    ]  # fmt: skip
    bars = draw(
        points,
        None,
        f"Members by month, {len(points)} months, {used.members:,} in {month_words(used.month)}",
        places=12,
    )
    held = lines[0] if lines[0].held else None
    return PayerList(source, used.payer, source_name(source), f"{used.members:,}", lines, bars, waiting, held)


def _month(row: RosterMonth, today: dt.date) -> MonthLine:
    share = f"{row.attributed / row.members:.0%}" if row.members else ""
    confirmed = f"by {row.confirmed_by}, {day_words(row.confirmed_at, today)}" if row.confirmed_at else ""
    return MonthLine(
        f"{row.month:%Y-%m}", month_words(row.month), f"{row.members:,}", row.added, row.dropped, share,
        row.standing == Standing.HELD, confirmed, row.pk,
    )  # fmt: skip


def tabs(counts: Mapping[str, int], here: str, address: str) -> list[dict]:
    """One tab for each kind that has anything, and the one that is open; `address` ends before the kind."""
    return [
        {"href": f"{address}{kind}", "words": words, "here": kind == here, "count": counts.get(kind) or "", "variant": "neutral"}
        for kind, (words, _, _) in KINDS.items()
        if counts.get(kind) or kind == here
    ]  # fmt: skip


def first_kind(counts: Mapping[str, int]) -> str:
    """The first kind that has a question."""
    return next((kind for kind in KINDS if counts.get(kind)), next(iter(KINDS)))


def rows(
    questions: Iterable[Question], names: Mapping[str, PersonSummary], payers: Mapping[str, str], reachable: Collection[str],
    today: dt.date,
) -> list[Row]:  # fmt: skip
    """Questions as lines; a person's page is linked only where this user may open it."""
    return [row(one, names.get(one.person_id), payers, one.person_id in reachable, today) for one in questions]


def row(one: Question, who: PersonSummary | None, payers: Mapping[str, str], opens: bool, today: dt.date) -> Row:
    return Row(
        one.pk, one.person_id if opens else "", name_of(who), facts_of(who, today), sentence(one, today),
        payers.get(one.source) or source_name(one.source), answered_words(one, today), one.note,
    )  # fmt: skip


def name_of(who: PersonSummary | None) -> str:
    return who.name if who and who.name else "Name not known"


def facts_of(who: PersonSummary | None, today: dt.date) -> str:
    """Born when, how old."""
    if who is None or who.birth_date is None:
        return ""
    age = age_on(who.birth_date, who.deceased_on or today)
    return f"{age} · born {who.birth_date:%m/%d/%Y}"


def sentence(one: Question, today: dt.date) -> str:
    """What the payer's list says and what we say."""
    since = f"since {month_words(one.since)}" if one.since else ""
    seen = f"last seen here {day_words(one.seen_on, today)}" if one.seen_on else "never seen here"
    said = {
        Kind.UNKNOWN: f"On the list {since}; the practice has no record of them.",
        Kind.NOT_SEEN: f"On the list {since}; {seen}.",
        Kind.DROPPED: f"Off the list {since}; {seen}.",
        Kind.NOT_LISTED: f"Covered by this payer, {seen}; on none of its lists.",
        Kind.DIED: f"Died {month_words(one.since) if one.since else ''}; still on the list.",
        Kind.PAYER_HIGH: f"The payer says {one.payer_says}; our need is {one.we_say}.",
        Kind.WE_HIGH: f"Our need is {one.we_say}; the payer says {one.payer_says}.",
    }
    return " ".join(said[Kind(one.kind)].replace(" ;", ";").split())


def answered_words(one: Question, today: dt.date) -> str:
    """What was answered, by whom and when; empty as long as nothing stands."""
    if one.state != "answered":
        return ""
    until = f", until {day_words(one.until, today)}" if one.until else ""
    return f"{Answer(one.answer).label}{until} · {one.answered_by}, {day_words(one.answered_at, today)}"


def offers(kind: str) -> list[tuple[str, str]]:
    """What may be answered to a question of this kind, with its words."""
    return [(value, Answer(value).label) for value in KINDS[kind][2]]


def members(
    shown: Iterable[Member], names: Mapping[str, PersonSummary], reachable: Collection[str], today: dt.date
) -> list[MemberRow]:
    """Those on a list; whoever the record does not know is shown by the payer's own number."""
    made = []
    for one in shown:
        who = names.get(one.person_id or "")
        opens = one.person_id in reachable
        since = day_words(one.since, today) if one.since else ""
        made.append(
            MemberRow(
                one.person_id or "" if opens else "",
                name_of(who),
                facts_of(who, today),
                number_of(one.member_key),
                since,
                one.clinician,
            )
        )
    return made


def number_of(member_key: str) -> str:
    """The payer's number without the system it belongs to."""
    return member_key.rsplit("|", 1)[-1].rsplit("/", 1)[-1]
