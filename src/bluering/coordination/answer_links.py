"""Answers in one tap: a link by which the receiver of one handoff accepts, changes or declines it without a log-in.

The link is unguessable, kept as a digest, works for one handoff until it is answered, and ends after some days.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bluering.access import audit
from bluering.access.models import User
from bluering.coordination import policies, questions, states
from bluering.coordination.models import AnswerLink, Handoff, HandoffEvent, Kind, Question, State, Via
from bluering.errors import BadInput, Refusal

DAYS, LONGEST = 7, 400
GONE = "This link is not valid any more: it was answered, or its time is over."
ANSWERS = {"accept": "Yes, I do it", "change": "Yes, but otherwise", "decline": "No"}
KINDS = (Kind.CASE_REVIEW, Kind.QUESTION)
WAITING = (State.SENT, State.RECEIVED)


@transaction.atomic
def make_link(*, handoff: Handoff, by: User) -> str:
    """The secret part of the address, told this once; an earlier link to the same handoff stops working."""
    policies.require_about(by, "handoff.move", handoff.person_id)
    if handoff.kind not in KINDS or handoff.state not in WAITING:
        raise BadInput("handoff: a link answers a recommendation or a question that was sent and waits for an answer.")
    secret = secrets.token_urlsafe(24)
    AnswerLink.objects.filter(handoff=handoff, used_at=None).delete()
    AnswerLink.objects.create(
        handoff=handoff, digest=_digest(secret), by=by, expires_at=timezone.now() + timedelta(days=DAYS)
    )
    audit.record(by, "handoff.link", handoff.person_id, f"handoff {handoff.pk}")
    return secret


def link_of(secret: str) -> AnswerLink:
    """The link with this secret. Raises Refusal with one and the same sentence whatever is wrong with it."""
    row = AnswerLink.objects.select_related("handoff__receiver_user", "by").filter(digest=_digest(secret)).first()
    if row is None or row.used_at or row.expires_at <= timezone.now() or row.handoff.state not in WAITING:
        raise Refusal(GONE)
    return row


@transaction.atomic
def answer(*, secret: str, answer: str, words: str = "") -> Handoff:
    """Accept, accept with a change in words, or decline with the reason. Raises Refusal when the link is gone, BadInput with the field."""
    link = AnswerLink.objects.select_for_update().get(pk=link_of(secret).pk)
    if link.used_at:
        raise Refusal(GONE)
    if answer not in ANSWERS:
        raise BadInput(f"answer: choose one of {', '.join(ANSWERS)}.")
    words = " ".join(words.split())
    if len(words) > LONGEST or (answer != "accept" and not words):
        raise BadInput("words: say it in a sentence; whoever sent it reads this.")
    handoff = Handoff.objects.select_for_update().get(pk=link.handoff_id)
    who = handoff.receiver_user or link.by
    note = " ".join(
        filter(
            None,
            (
                f"By link{'' if handoff.receiver_user else f', by {handoff.receiver}'}.",
                "Changed:" if answer == "change" else "",
                words,
            ),
        )
    )
    moves = ("confirm_information", "decline") if answer == "decline" else ("confirm_information", "accept")
    for name in moves:
        move = states.MOVES[name]
        if states.obstacle(handoff, move):
            continue
        before, after = states.apply(handoff, move, at=timezone.now(), by=who)
        HandoffEvent.objects.create(handoff=handoff, by=who, what=name, from_state=before, to_state=after, note=note)
    handoff.save()
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    audit.record(handoff.receiver_user, f"handoff.link.{answer}", handoff.person_id, f"handoff {handoff.pk}")
    return handoff


@transaction.atomic
def answer_question(*, secret: str, question: Question, answer: str) -> Handoff:
    """One of a question's choices, or other words. Raises Refusal when the link is gone or it was answered, BadInput without an answer."""
    link = AnswerLink.objects.select_for_update().get(pk=link_of(secret).pk)
    questions.answer(question=question, answer=answer, by=None, via=Via.LINK)
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    return Handoff.objects.get(pk=link.handoff_id)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
