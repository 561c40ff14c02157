"""Raise a flag, answer it, hear the answer. Whoever looks after the person answers; whoever raised it hears it, and may ask again."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bluering.access import audit
from bluering.access.models import User
from bluering.coordination import policies, queries, safety
from bluering.coordination.models import Flag, FlagAnswer, FlagEvent, FlagState, Panel, Urgency
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.errors import BadInput, Refusal
from bluering.population.parameters import parameters

LONGEST = 400


def days() -> dict[str, int]:
    """Urgency → days until an answer is wanted."""
    return {urgency: int(number) for urgency, number in parameters("coordination", "flags").items()}


@transaction.atomic
def raise_flag(*, person_id: str, why: str, urgency: str, by: User) -> Flag:
    """Say that somebody should look at this person. The same words again on one day are the same flag."""
    policies.require_about(by, "flag.raise", person_id)
    why = _text("why", why)
    if urgency not in Urgency.values:
        raise BadInput(f"urgency: unknown; use one of {', '.join(Urgency.values)}.")
    day = timezone.localdate()
    again = (
        Flag.objects.filter(person_id=person_id, why=why, raised_by=by, state=FlagState.OPEN).order_by("-id").first()
    )
    if again and timezone.localdate(again.raised_at) == day:
        return again
    flag = Flag.objects.create(
        person_id=person_id, why=why, urgency=urgency, due_date=day + timedelta(days=days()[urgency]), raised_by=by
    )
    _note(flag, by, "raise", why)
    safety.hear(person_id=person_id, text=why, by=by)
    return flag


@transaction.atomic
def answer_flag(*, flag: Flag, answer: str, by: User, words: str = "") -> Flag:
    """Say what comes of it; who raised it hears this. `passed` and `nothing` need words.

    Raises Refusal when a colleague has answered meanwhile.
    """
    policies.require_about(by, "flag.answer", flag.person_id)
    row = Flag.objects.select_for_update().get(pk=flag.pk)
    if row.state != FlagState.OPEN:
        name = row.answered_by.name if row.answered_by else "A colleague"
        raise Refusal(f"{name} has answered it meanwhile: {row.get_answer_display().lower()}. Reload the page.")
    if answer not in FlagAnswer.values:
        raise BadInput(f"answer: unknown; use one of {', '.join(FlagAnswer.values)}.")
    if answer in (FlagAnswer.PASSED, FlagAnswer.NOTHING) and not words.strip():
        raise BadInput("words: say to whom, or why; whoever raised it reads this.")
    row.state, row.answer, row.words = FlagState.ANSWERED, answer, _text("words", words, needed=False)
    row.answered_by, row.answered_at = by, timezone.now()
    row.heard_at = row.answered_at if by.pk == row.raised_by_id else None
    row.save()
    _note(row, by, "answer", row.words)
    return row


@transaction.atomic
def hear_answer(*, flag: Flag, by: User) -> Flag:
    """Whoever raised it has read the answer."""
    row = _theirs(flag, by)
    if row.heard_at is None:
        row.heard_at = timezone.now()
        row.save(update_fields=["heard_at"])
        _note(row, by, "hear", "")
    return row


@transaction.atomic
def ask_again(*, flag: Flag, by: User, why: str) -> Flag:
    """The answer does not do: the flag waits again, with what was said so far in its history."""
    row, why = _theirs(flag, by), _text("why", why)
    row.state, row.answer, row.words, row.why = FlagState.OPEN, "", "", why
    row.answered_by, row.answered_at, row.heard_at = None, None, None
    row.due_date = timezone.localdate() + timedelta(days=days()[row.urgency])
    row.save()
    _note(row, by, "again", why)
    return row


def _theirs(flag: Flag, by: User) -> Flag:
    row = Flag.objects.select_for_update().get(pk=flag.pk)
    if row.raised_by_id != by.pk:
        raise Refusal(f"Only {row.raised_by.name}, who raised it, can do that.")
    if row.state != FlagState.ANSWERED:
        raise Refusal("It has not been answered yet.")
    return row


def _note(flag: Flag, by: User, what: str, note: str) -> None:
    FlagEvent.objects.create(flag=flag, by=by, what=what, note=note)
    audit.record(by, f"flag.{what}", flag.person_id, f"flag {flag.pk}")


def _text(name: str, words: str, *, needed: bool = True) -> str:
    words = " ".join(words.split())
    if (needed and not words) or len(words) > LONGEST:
        raise BadInput(f"{name}: write a sentence, at most {LONGEST} characters.")
    return words


def to_answer(user: User) -> list[Flag]:
    """Open flags about whoever this user looks after or nobody holds, the most urgent first; as many queries however many there are."""
    opened = list(Flag.objects.filter(state=FlagState.OPEN).select_related("raised_by"))
    theirs = _shown(opened, user)
    mine, held = set(queries.working_panel(user)), _held({flag.person_id for flag in theirs})
    reachable = policies.reachable(user, "flag.answer", {flag.person_id for flag in theirs})
    wanted = [
        flag
        for flag in theirs
        if flag.person_id in reachable and (flag.person_id in mine or flag.person_id not in held)
    ]
    return sorted(wanted, key=lambda flag: (flag.due_date, flag.pk))


def _shown(flags: list[Flag], user: User) -> list[Flag]:
    hidden = hidden_from(user, {flag.person_id for flag in flags})
    return [one for one in flags if one.raised_by_id not in hidden.get(one.person_id, NOTHING).staff]


def _held(person_ids: Collection[str]) -> set[str]:
    return set(Panel.objects.filter(person_id__in=person_ids, until=None).values_list("person_id", flat=True))


def to_hear(user: User) -> list[Flag]:
    """Answers to this user's flags that they have not read yet, the oldest first."""
    answered = Flag.objects.filter(raised_by=user, state=FlagState.ANSWERED, heard_at=None)
    return list(answered.select_related("answered_by").order_by("answered_at", "id"))


def flags_of(user: User, person_id: str) -> list[Flag]:
    """Every flag about a person that this user is shown, open ones first, each part newest first."""
    rows = (
        Flag.objects.filter(person_id=person_id)
        .select_related("raised_by", "answered_by")
        .prefetch_related("history__by")
    )
    return sorted(_shown(list(rows.order_by("-id")), user), key=lambda flag: flag.state != FlagState.OPEN)
