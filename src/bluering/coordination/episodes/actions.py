"""Consider somebody for a program, decide what comes next, and begin again. Whoever decides on an old page is told who was first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from bluering.access import audit
from bluering.access.models import User
from bluering.coordination import policies
from bluering.coordination.actions import log_contact
from bluering.coordination.episodes import table
from bluering.coordination.flags import answer_flag
from bluering.coordination.models import OPEN, Because, Contact, Episode, EpisodeEvent, Flag, How, SaidBy, Stage
from bluering.errors import BadInput, Refusal
from bluering.population.programs import Program, findings_of, programs

LONGEST = 400


@dataclass(frozen=True)
class Consent:
    """Who agreed, how, and whether they were told what it costs them before."""

    said_by: str = ""
    how: str = ""
    cost_said: bool = False


@dataclass(frozen=True)
class Attempt:
    """One attempt to reach somebody about the program."""

    at: datetime
    mode: str
    reached: bool
    whom: str
    minutes: int


@dataclass(frozen=True)
class Said:
    """What a decision brings with it; only what the move asks for is read."""

    reason: str = ""
    level: str = ""
    until: date | None = None
    consent: Consent | None = None
    attempt: Attempt | None = None
    because: str = ""


NOTHING_SAID = Said()


def program_of(name: str) -> Program:
    """A program by id. Raises BadInput when no file knows it."""
    found = programs().get(name)
    if found is None:
        raise BadInput("program: no file describes it any more; an administrator finds why on the page of rules.")
    return found


@transaction.atomic
def consider(*, person_id: str, program: str, by: User, why: str = "", flag: Flag | None = None) -> Episode:
    """Begin to think about somebody for a program. Whoever is in it already, or considered, stays as they are.

    Without words of one's own the reason is what the program found.
    """
    policies.require_about(by, "program.move", person_id)
    wanted = program_of(program)
    if standing := _open_one(person_id, program):
        return standing
    found = next((one for one in findings_of([person_id], "enter") if one.program == program), None)
    why = _reason(why, needed=found is None)
    today = timezone.localdate()
    new = Episode(
        person_id=person_id, program=program, version=wanted.version, by=by, flag=flag,
        found=found.sentence if found else why, evidence=found.evidence if found else [],
        decide_by=today + timedelta(days=wanted.decide_days), previous=_last_one(person_id, program),
    )  # fmt: skip
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError:
        return Episode.objects.get(person_id=person_id, program=program, state__in=OPEN, is_double=False)
    _note(new, by, "consider", "", why)
    return new


@transaction.atomic
def answer_with_program(*, flag: Flag, program: str, by: User, answer: str, words: str = "") -> Episode:
    """Answer a flag and consider its person for a program, both or neither; what was noticed is the reason."""
    answer_flag(flag=flag, answer=answer, by=by, words=words)
    return consider(person_id=flag.person_id, program=program, by=by, why=flag.why, flag=flag)


@transaction.atomic
def move_episode(
    *, episode: Episode, move: str, by: User, said: Said = NOTHING_SAID, seen: int | None = None
) -> Episode:
    """Make one move of the table, with its history. `seen` is the turn that whoever decides had before their eyes.

    Raises Refusal when a colleague has decided meanwhile or the user may not, NotPossibleNow, or BadInput with the field.
    """
    chosen = table.MOVES.get(move)
    if chosen is None:
        raise BadInput(f"move: unknown; use one of {', '.join(table.MOVES)}.")
    policies.require_about(by, "program.move", episode.person_id)
    row = Episode.objects.select_for_update().get(pk=episode.pk)
    _require_seen(row, seen)
    table.require(row, chosen)
    wanted, reason = program_of(row.program), _reason(said.reason, needed=chosen.needs_reason)
    before, contact = row.state, None
    _take_level(row, chosen, said, wanted)
    _take_consent(row, chosen, said, wanted)
    if "attempt" in chosen.asks:
        contact = _attempt(row, said, wanted, by, reason)
    row.state = str(chosen.target(before))
    _take_days(row, chosen, said, wanted)
    row.turn += 1
    row.save()
    _note(row, by, move, before, reason, contact)
    return row


@transaction.atomic
def re_enter(*, episode: Episode, by: User, reason: str = "") -> Episode:
    """Begin again after an end, with the old story. Whoever once agreed and did not take it back is followed at once; anybody else is considered."""
    policies.require_about(by, "program.move", episode.person_id)
    old = Episode.objects.select_for_update().get(pk=episode.pk)
    if old.state not in table.ENDED:
        raise BadInput(f"It is {Stage(old.state).label.lower()}; there is nothing to begin again.")
    if standing := _open_one(old.person_id, old.program):
        return standing
    wanted, today, reason = program_of(old.program), timezone.localdate(), _reason(reason, needed=False)
    again = Episode(
        person_id=old.person_id, program=old.program, version=wanted.version, by=by, found=reason or old.found,
        decide_by=today + timedelta(days=wanted.decide_days), previous=old,
    )  # fmt: skip
    if old.since and old.state in (Stage.GRADUATED, Stage.FINISHED, Stage.LOST):
        again.state, again.level, again.since, again.level_since = Stage.ACTIVE, wanted.first_level, today, today
        again.decide_by = today + timedelta(days=wanted.review_days)
        for name in ("consent_by", "consent_how", "consent_on", "cost_said"):
            setattr(again, name, getattr(old, name))
    again.save()
    if old.state == Stage.GRADUATED:
        old.state, old.decide_by, old.turn = Stage.FINISHED, None, old.turn + 1
        old.save()
    _note(old, by, "re_enter", str(episode.state), reason)
    _note(again, by, "begin_again", "", reason)
    return again


def _open_one(person_id: str, program: str) -> Episode | None:
    return Episode.objects.filter(person_id=person_id, program=program, state__in=OPEN, is_double=False).first()


def _last_one(person_id: str, program: str) -> Episode | None:
    return Episode.objects.filter(person_id=person_id, program=program).order_by("-id").first()


def _require_seen(row: Episode, seen: int | None) -> None:
    if seen is None or seen == row.turn:
        return
    last = row.history.select_related("by").last()
    said = f"{last.by.name} has decided meanwhile ({what_words(last)})" if last else "It has changed meanwhile"
    raise Refusal(f"{said}. Look at it as it is now, then decide.")


def what_words(event: Any) -> str:
    """What an event did, in a few words."""
    move = table.MOVES.get(event.what)
    words = move.label.lower() if move else OTHER.get(event.what, event.what)
    return f"{words}: {event.note}" if event.note else words


OTHER = {"consider": "considered", "re_enter": "began again", "begin_again": "began again"}


def _take_level(row: Episode, move: table.Move, said: Said, wanted: Program) -> None:
    if "level" not in move.asks:
        return
    level = said.level or row.level or wanted.first_level
    if level not in wanted.levels:
        raise BadInput(f"level: unknown; use one of {', '.join(wanted.levels)}.")
    if move.name == "set_level" and level == row.level:
        raise BadInput("level: it is that already; choose another, or keep it as it is.")
    if level != row.level:
        row.level, row.level_since = level, timezone.localdate()


def _take_consent(row: Episode, move: table.Move, said: Said, wanted: Program) -> None:
    if "consent" not in move.asks or not wanted.consent:
        return
    told = said.consent or Consent()
    if told.said_by not in SaidBy.values:
        raise BadInput("said_by: say who agreed.")
    if told.how not in How.values:
        raise BadInput("how: say how they agreed.")
    if not told.cost_said:
        raise BadInput("cost_said: say what it costs them first; they decide knowing it.")
    row.consent_by, row.consent_how, row.cost_said = told.said_by, told.how, True
    row.consent_on = timezone.localdate()


def _attempt(row: Episode, said: Said, wanted: Program, by: User, note: str) -> Contact:
    if said.attempt is None:
        raise BadInput("mode: say how you tried.")
    one = said.attempt
    contact = log_contact(
        person_id=row.person_id, at=one.at, mode=one.mode, reached=one.reached, whom=one.whom, minutes=one.minutes,
        purpose=f"{wanted.title}: asking", note=note, by=by,
    )  # fmt: skip
    tried = row.history.filter(what="attempt", contact__reached=False).count() + (not one.reached)
    if tried >= wanted.attempts:
        row.decide_by = min(row.decide_by or timezone.localdate(), timezone.localdate())
    return contact


def _take_days(row: Episode, move: table.Move, said: Said, wanted: Program) -> None:
    """By when somebody decides anew, and what the move itself ends or begins."""
    today = timezone.localdate()
    if move.name in ("enroll", "resume"):
        row.since, row.resumed_on = row.since or today, today if move.name == "resume" else None
    if move.leaves:
        row.left_on, row.left_because = today, _because(move, said)
    if "until" in move.asks or "ask_again" in move.asks:
        row.decide_by = _day_after(said.until, today, needed="until" in move.asks)
    elif move.days:
        row.decide_by = today + timedelta(days=getattr(wanted, move.days))
    elif move.to:
        row.decide_by = None
    row.watch_until = row.decide_by if move.name == "graduate" else None


def _because(move: table.Move, said: Said) -> str:
    if "because" not in move.asks:
        return ""
    if said.because not in Because.values:
        raise BadInput("because: choose what it was that they left for; “not said” is an answer.")
    return said.because


def _day_after(day: date | None, today: date, *, needed: bool) -> date | None:
    if day is None and not needed:
        return None
    if day is None or day <= today:
        raise BadInput("until: choose a day after today.")
    return day


def _note(row: Episode, by: User, what: str, before: str, note: str, contact: Contact | None = None) -> None:
    EpisodeEvent.objects.create(
        episode=row,
        by=by,
        what=what,
        from_state=before,
        to_state=row.state,
        level=row.level,
        note=note,
        contact=contact,
    )
    audit.record(by, f"program.{what}", row.person_id, f"episode {row.pk}")


def _reason(words: str, *, needed: bool) -> str:
    words = " ".join(words.split())
    if (needed and not words) or len(words) > LONGEST:
        raise BadInput(f"reason: say why in a sentence, at most {LONGEST} characters.")
    return words
