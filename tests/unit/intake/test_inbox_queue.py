"""The queue of what could not be read: one person works on one item, and nothing leaves it without a word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.errors import BadInput, Refusal
from bluering.intake.inbox import actions, queries
from bluering.intake.inbox.queries import Wanted
from bluering.intake.models import Arrival, Claim, InboxEvent, Load, Quarantine

NOT_JSON, NO_PID = "not JSON; correct it at the source", "no PID segment; ask the sender whom it is about"


@pytest.fixture
def mia(db):
    """Another data steward."""
    from bluering.access.models import User

    return User.objects.create(username="mia", role="data_steward", display_name="Mia Berg")


@pytest.fixture
def piece(db):
    def make(line: int = 1, reason: str = NOT_JSON, source: str = "maple-ehr", days: int = 0) -> Quarantine:
        load = Load.objects.create(source=source)
        row = Quarantine.objects.create(
            load=load, source=source, file="/in/andrews.json", line=line, reason=reason, raw=b"{", digest=f"{load.pk}"
        )
        Quarantine.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(days=days))
        return row

    return make


@pytest.fixture
def message(db):
    def make(control_id: str = "1", state: str = "quarantined") -> Arrival:
        return Arrival.objects.create(
            source="county-general", format="hl7v2", sender="ADT|CGH", control_id=control_id, digest=control_id,
            raw=b"MSH|", received_at=timezone.now(), event="ADT^A01", state=state, reason=NO_PID,
        )  # fmt: skip

    return make


def claim(item_id, by, **more):
    return actions.claim(kind="piece", item_id=item_id, by=by, **more)


def test_the_queue_holds_pieces_and_messages_that_wait_the_oldest_first(piece, message):
    message(), piece(2), piece(1, days=3), message("2", state="done")
    found = queries.queue(limit=10)
    assert [(one.kind, one.place) for one in found] == [
        ("piece", "line 1"), ("message", "ADT^A01 message 1"), ("piece", "line 2"),
    ]  # fmt: skip
    assert queries.count() == queries.count_up_to() == 3 and queries.count_up_to(1) == 2


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [(Wanted(), [1, 2, 3]), (Wanted(source="maple-ehr"), [1, 3]), (Wanted(reason="other"), [2]), (Wanted(age="day"), [3]),
     (Wanted(age="week"), [1, 2]), (Wanted(age="old"), [1]), (Wanted(kind="message"), []), (Wanted(source="none"), [])],
)  # fmt: skip
def test_the_queue_is_narrowed_by_source_reason_age_and_kind(piece, wanted, lines):
    piece(1, days=8), piece(2, "other", "lab", days=2), piece(3)
    assert [int(one.place.split()[1]) for one in queries.queue(wanted, limit=9)] == lines


def test_reasons_are_counted_the_most_frequent_first(piece, message):
    piece(1), piece(2), message()
    assert [(one.kind, one.reason, one.count) for one in queries.reasons()] == [
        ("piece", NOT_JSON, 2), ("message", NO_PID, 1),
    ]  # fmt: skip


def test_a_claim_lasts_fifteen_minutes_and_is_renewed_while_the_page_is_open(piece, wen):
    row = piece()
    standing = claim(row.pk, wen)
    assert timedelta(minutes=14) < standing.until - timezone.now() <= actions.HELD
    Claim.objects.update(until=timezone.now() + timedelta(seconds=30))
    assert actions.renew(by=wen) == 1
    assert queries.claim_on("piece", row.pk).until > timezone.now() + timedelta(minutes=14)


def test_a_claim_that_ran_out_is_nobodys_and_is_not_renewed(piece, wen, mia):
    row = piece()
    claim(row.pk, wen)
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert queries.claim_on("piece", row.pk) is None and actions.renew(by=wen) == 0
    assert claim(row.pk, mia).user == mia


def test_a_colleagues_claim_is_taken_over_only_with_a_word(piece, wen, mia):
    row = piece()
    claim(row.pk, wen)
    with pytest.raises(Refusal, match=r"Wen Zhao works on this until .* leave a word"):
        claim(row.pk, mia, word="  ")
    claim(row.pk, mia, word="You are away.")
    assert queries.claim_on("piece", row.pk).user == mia
    said = [(event.what, event.by, event.note) for event in queries.history("piece", row.pk)]
    assert said == [("claimed", wen, ""), ("taken_over", mia, "You are away.")]


def test_claiming_twice_is_one_claim(piece, wen):
    row = piece()
    claim(row.pk, wen), claim(row.pk, wen)
    assert InboxEvent.objects.count() == Claim.objects.count() == 1


def test_the_same_number_of_another_kind_is_another_item(piece, message, wen, mia):
    row = piece()
    claim(row.pk, wen)
    actions.claim(kind="message", item_id=row.pk, by=mia)
    assert queries.claim_on("message", row.pk).user == mia


def test_letting_go_frees_ones_own_only(piece, wen, mia):
    row = piece()
    claim(row.pk, wen)
    actions.release(kind="piece", item_id=row.pk, by=mia)
    assert queries.claim_on("piece", row.pk).user == wen
    actions.release(kind="piece", item_id=row.pk, by=wen)
    assert queries.claim_on("piece", row.pk) is None


def test_what_is_set_aside_leaves_the_queue_with_who_and_why_and_comes_back(piece, wen):
    row = piece()
    assert actions.set_aside(wanted=Wanted(kind="piece", item_id=row.pk), why="A test file.", by=wen) == 1
    assert queries.count() == 0
    aside = queries.queue(limit=5, aside=True)
    assert queries.last_words(aside, "set_aside")["piece", row.pk].note == "A test file."
    actions.take_up(kind="piece", item_id=row.pk, by=wen)
    assert queries.count() == 1 and not queries.queue(limit=5, aside=True)


def test_setting_aside_many_leaves_what_colleagues_work_on(piece, message, wen, mia):
    rows = [piece(line) for line in (1, 2, 3)]
    message()
    claim(rows[0].pk, mia)
    assert actions.set_aside(wanted=Wanted(reason=NOT_JSON), why="Old export.", by=wen) == 2
    assert queries.count() == 2
    event = AuditEvent.objects.get(action="inbox.set_aside")
    assert event.detail == f"piece {rows[1].pk} and 1 more" and event.person_id is None


def test_one_item_of_a_colleague_is_neither_set_aside_nor_read_again(piece, wen, mia):
    wanted = Wanted(kind="piece", item_id=piece().pk)
    claim(wanted.item_id, mia)
    for act in (
        lambda: actions.set_aside(wanted=wanted, why="x", by=wen),
        lambda: actions.ask_for_replay(wanted=wanted, by=wen),
    ):
        with pytest.raises(Refusal, match="Mia Berg works on this"):
            act()


def test_setting_aside_needs_a_reason(piece, wen):
    with pytest.raises(BadInput, match="why: write why"):
        actions.set_aside(wanted=Wanted(kind="piece", item_id=piece().pk), why=" ", by=wen)


@pytest.mark.parametrize("wrong", ["ana", "dr", "cleo"])
def test_others_work_on_nothing_in_the_inbox(request, piece, wrong):
    user, row = request.getfixturevalue(wrong), piece()
    wanted = Wanted(kind="piece", item_id=row.pk)
    for act in (
        lambda: claim(row.pk, user),
        lambda: actions.set_aside(wanted=wanted, why="x", by=user),
        lambda: actions.take_up(kind="piece", item_id=row.pk, by=user),
        lambda: actions.ask_for_replay(wanted=wanted, by=user),
    ):
        with pytest.raises(Refusal, match="data stewards"):
            act()


def test_a_coordinator_claims_documents(ana, db):
    assert actions.claim(kind="document", item_id=7, by=ana).user == ana


def test_asking_for_nothing_is_answered_with_a_sentence(wen):
    with pytest.raises(BadInput, match="Nothing of this sort waits"):
        actions.ask_for_replay(wanted=Wanted(source="nowhere"), by=wen)


def test_a_kind_that_is_none_is_answered_with_a_sentence(wen):
    with pytest.raises(BadInput, match="kind: unknown"):
        actions.claim(kind="thing", item_id=1, by=wen)
    assert queries.find("thing", 1) is None
