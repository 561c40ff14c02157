"""Case review: who is on the list and why, what was said of each, and the recommendation on its way to the person's own clinician.

The order is that of collaborative care: safety, to be discussed again, new, not improving, not talked with, not measured, near the end.
Source: AIMS Center, systematic case review; COMPASS.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from bluering.access import audit, permissions
from bluering.access.models import User
from bluering.coordination import policies, registry
from bluering.coordination.actions import move_handoff, open_handoff
from bluering.coordination.models import FOLLOWED, Kind, Review, ReviewOutcome, ReviewSession
from bluering.coordination.registry import Row
from bluering.errors import BadInput, Refusal
from bluering.population.models import ProgramFinding

LONGEST, LONGEST_TITLE = 1000, 200
WEEKS_TO_IMPROVE, DAYS_WITHOUT_TALK, USUAL_AGAIN, ANSWER_DAYS = 8, 28, 14, 7
# Nobody is spoken about longer than this at a stretch; a screen left open counts no more.
LONGEST_STRETCH = timedelta(minutes=20)


@dataclass(frozen=True)
class Reason:
    """Why somebody is on the list; the smaller the rank, the sooner they are spoken about."""

    rank: int
    words: str


def reason_for(row: Row, today: date, *, again_on: date | None = None, may_end: bool = False) -> Reason | None:
    """The gravest reason to speak about somebody; None when there is none."""
    score, talked = row.score, row.last_talk or row.episode.since
    silent = (today - talked).days if talked else 0
    followed = row.episode.state in FOLLOWED
    name = "PHQ-9" if "phq9" in row.courses else "GAD-7" if "gad7" in row.courses else "score"
    found = (
        (row.danger, Reason(1, "safety first")),
        (again_on is not None and again_on <= today, Reason(2, "to be discussed again")),
        (
            followed and row.reviewed is None and row.program.by_score,
            Reason(3, f"new, not yet reviewed, week {row.weeks}"),
        ),
        (followed and _not_improving(row), Reason(4, f"not improving, week {row.weeks}")),
        (followed and silent > DAYS_WITHOUT_TALK, Reason(5, f"no talk for {silent} days")),
        (
            row.is_unmeasured(today),
            Reason(6, f"no {name} for {(today - score.last_on).days} days" if score else "no score yet"),
        ),
        (may_end, Reason(7, "at target: step down or end?")),
    )
    return next((reason for holds, reason in found if holds), None)


def _not_improving(row: Row) -> bool:
    one = row.score
    return one is not None and row.weeks > WEEKS_TO_IMPROVE and one.last >= registry.REMISSION and not one.improved


def the_list(user: User, program: str = "", today: date | None = None, whose: str = "") -> list[tuple[Row, Reason]]:
    """Whom a session would speak about, in order; as many queries however many they are."""
    today = today or timezone.localdate()
    rows = registry.rows(user, program, today, whose)
    ends = set(ProgramFinding.objects.filter(finding="graduate").values_list("person_id", "program"))
    again = _again({row.episode.pk for row in rows})
    found = []
    for row in rows:
        key = (row.episode.person_id, row.episode.program)
        reason = reason_for(
            row, today, again_on=again.get(row.episode.pk), may_end=key in ends and row.episode.state in FOLLOWED
        )
        if reason:
            found.append((row, reason))
    return sorted(found, key=lambda one: (one[1].rank, -one[0].weeks, one[0].episode.pk))


def _again(episodes: set[int]) -> dict[int, date]:
    """Episode → the day on which it is to be discussed again, as the last review of it said."""
    last: dict[int, date | None] = {}
    told = (
        Review.objects.filter(episode_id__in=episodes)
        .exclude(outcome="")
        .order_by("done_at")
        .values_list("episode_id", "outcome", "again_on")
    )
    for episode, outcome, day in told:
        last[episode] = day if outcome == ReviewOutcome.AGAIN else None
    return {episode: day for episode, day in last.items() if day}


@transaction.atomic
def start_session(*, by: User, program: str = "", team: str = "", whose: str = "") -> ReviewSession:
    """Begin a sitting with its list. Raises BadInput when nobody is on it."""
    if not permissions.may_for_some(by, "program.move"):
        raise Refusal(permissions.refusal("program.move"))
    listed = the_list(by, program, whose=whose)
    if not listed:
        raise BadInput("program: nobody there needs to be spoken about today.")
    session = ReviewSession.objects.create(
        program=program, team=_text("team", team, LONGEST_TITLE, needed=False), by=by
    )
    Review.objects.bulk_create(
        Review(
            session=session,
            episode=row.episode,
            person_id=row.episode.person_id,
            place=place,
            rank=reason.rank,
            why=reason.words,
        )
        for place, (row, reason) in enumerate(listed, 1)
    )
    audit.record(by, "review.start", detail=f"session {session.pk}")
    return session


@transaction.atomic
def look_at(*, session: ReviewSession, review: Review | None, now: datetime | None = None) -> None:
    """The session speaks about this person from now on; the time since goes to whom it spoke about before."""
    now = now or timezone.now()
    row = ReviewSession.objects.select_for_update().get(pk=session.pk)
    if row.ended_at:
        return
    before = Review.objects.select_for_update().filter(pk=row.current_id).first()
    if before and row.current_since:
        before.seconds += int(min(now - row.current_since, LONGEST_STRETCH).total_seconds())
        before.save(update_fields=["seconds"])
    row.current, row.current_since = review, now if review else None
    row.save(update_fields=["current", "current_since"])


@transaction.atomic
def decide(
    *, review: Review, outcome: str, by: User, words: str = "", receiver: str = "", receiver_user: User | None = None,
    again_on: date | None = None,
) -> Review:  # fmt: skip
    """What comes of it. A recommendation goes to the person's own clinician as a handoff, who decides. Raises Refusal when a colleague was first."""
    policies.require_about(by, "program.move", review.person_id)
    row = Review.objects.select_for_update(of=("self",)).select_related("session", "by").get(pk=review.pk)
    if row.session.ended_at:
        raise Refusal("This session has ended; begin another one.")
    if row.outcome:
        raise Refusal(
            f"{row.by.name if row.by else 'A colleague'} has said it meanwhile: {row.get_outcome_display().lower()}. Go on with the next."
        )
    if outcome not in ReviewOutcome.values:
        raise BadInput(f"outcome: unknown; use one of {', '.join(ReviewOutcome.values)}.")
    row.words = _text("words", words, LONGEST, needed=outcome == ReviewOutcome.RECOMMENDED)
    if outcome == ReviewOutcome.RECOMMENDED:
        row.handoff = _recommend(row, by, receiver, receiver_user)
    if outcome == ReviewOutcome.AGAIN:
        row.again_on = again_on or timezone.localdate() + timedelta(days=USUAL_AGAIN)
        if row.again_on <= timezone.localdate():
            raise BadInput("again_on: choose a day after today.")
    row.outcome, row.by, row.done_at = outcome, by, timezone.now()
    row.save()
    audit.record(by, f"review.{outcome}", row.person_id, f"review {row.pk}")
    return row


def _recommend(row: Review, by: User, receiver: str, receiver_user: User | None):
    """The recommendation as a handoff that was sent; the whole of it stands in its note."""
    title = row.words if len(row.words) <= LONGEST_TITLE else f"{row.words[: LONGEST_TITLE - 2]} …"
    made = open_handoff(
        person_id=row.person_id, kind=Kind.CASE_REVIEW, title=title, sender=by.name, by=by, note=row.words,
        receiver=receiver_user.name if receiver_user else receiver, receiver_user=receiver_user,
        due_date=timezone.localdate() + timedelta(days=ANSWER_DAYS),
    )  # fmt: skip
    return move_handoff(handoff=made, move="send", by=by)


@transaction.atomic
def end_session(*, session: ReviewSession, by: User) -> ReviewSession:
    """The sitting is over; whom nobody spoke about comes up again next time."""
    look_at(session=session, review=None)
    row = ReviewSession.objects.select_for_update().get(pk=session.pk)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        audit.record(by, "review.end", detail=f"session {row.pk}")
    return row


def reviews_in(session: ReviewSession, user: User) -> list[Review]:
    """The list of a session, in its order: those about whom this user may decide."""
    rows = list(session.reviews.select_related("episode", "handoff", "by").order_by("place"))
    theirs = policies.reachable(user, "program.move", {row.person_id for row in rows}) if rows else set()
    return [row for row in rows if row.person_id in theirs]


def last_of(person_id: str, before: Review) -> Review | None:
    """What was said of a person last time."""
    rows = Review.objects.filter(person_id=person_id).exclude(outcome="").exclude(pk=before.pk)
    return rows.select_related("handoff", "by").order_by("-done_at").first()


def minutes_this_month(person_id: str, today: date) -> int:
    """Whole minutes for which the team spoke about a person this month."""
    first = timezone.make_aware(datetime.combine(today.replace(day=1), time()))
    seconds = Review.objects.filter(person_id=person_id, session__started_at__gte=first).aggregate(sum=Sum("seconds"))[
        "sum"
    ]
    return (seconds or 0) // 60


def sessions(user: User, limit: int = 10) -> list[ReviewSession]:
    """Open sessions, then the last ones, the newest first."""
    if not permissions.may_for_some(user, "program.move"):
        return []
    rows = ReviewSession.objects.select_related("by").order_by("-started_at")
    return [*rows.filter(ended_at=None), *rows.exclude(ended_at=None)[:limit]]


def _text(name: str, words: str, longest: int, *, needed: bool) -> str:
    words = " ".join(words.split())
    if (needed and not words) or len(words) > longest:
        raise BadInput(f"{name}: write it in a sentence or two, at most {longest} characters.")
    return words
