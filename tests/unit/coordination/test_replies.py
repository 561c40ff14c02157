"""A reply's code finds its handoff, and brings its result back where the table of moves allows."""

import pytest

from bluering.access.models import AuditEvent
from bluering.coordination import replies
from bluering.errors import Refusal
from bluering.intake.documents.barcodes import REPLY


def test_a_handoff_has_one_code_that_tells_nothing(handoff, ana):
    sent = handoff("send")
    code = replies.reply_code(handoff=sent, by=ana)
    assert REPLY.fullmatch(code) and replies.reply_code(handoff=sent, by=ana) == code
    assert replies.handoff_of(code) == sent
    assert AuditEvent.objects.filter(action="handoff.cover", user=ana).count() == 1


@pytest.mark.parametrize("code", ["BR1-0000000000000000", "", "0000000000000000"])
def test_a_code_of_nobody_s_is_nobody_s(handoff, ana, code):
    replies.reply_code(handoff=handoff("send"), by=ana)
    assert replies.handoff_of(code) is None


def test_a_token_without_its_prefix_is_no_code(handoff, ana):
    code = replies.reply_code(handoff=handoff("send"), by=ana)
    assert replies.handoff_of(code.removeprefix(replies.PREFIX)) is None


@pytest.mark.parametrize(
    "moves", [("send",), ("send", "confirm_information"), ("send", "accept"), ("send", "accept", "start")]
)
def test_a_reply_brings_the_result_back(handoff, wen, moves):
    sent = handoff(*moves)
    assert replies.record_reply(handoff=sent, document_id=7, by=wen) == ""
    sent.refresh_from_db()
    assert sent.state == "result_back" and sent.result_at is not None
    assert sent.history.last().note == "Document 7 came back with the code of the cover sheet."


@pytest.mark.parametrize("moves", [(), ("send", "result_back"), ("send", "cancel")])
def test_where_the_table_does_not_allow_it_the_handoff_stays_and_it_is_said(handoff, wen, moves):
    sent = handoff(*moves)
    state, steps = sent.state, sent.history.count()
    assert "Record the result is possible when" in replies.record_reply(handoff=sent, document_id=7, by=wen)
    sent.refresh_from_db()
    assert (sent.state, sent.history.count()) == (state, steps)


@pytest.mark.parametrize("wrong", ["cleo", "dr"])
def test_only_who_files_documents_records_a_reply(handoff, request, wrong):
    with pytest.raises(Refusal):
        replies.record_reply(handoff=handoff("send"), document_id=7, by=request.getfixturevalue(wrong))


@pytest.mark.parametrize("wrong", ["ben", "cleo", "wen"])
def test_a_cover_sheet_is_for_who_may_move_the_handoff(handoff, request, wrong):
    with pytest.raises(Refusal):
        replies.reply_code(handoff=handoff("send"), by=request.getfixturevalue(wrong))
