"""Opening and moving handoffs: who may, what is kept, what is refused."""

import pytest

from bluering.access.models import AuditEvent
from bluering.coordination import actions, policies
from bluering.coordination.errors import NotPossibleNow
from bluering.coordination.models import Handoff, HandoffEvent
from bluering.errors import BadInput, Refusal

TO_THE_END = ("send", "confirm_information", "accept", "start", "result_back", "act", "tell_person", "close")


def test_a_new_handoff_is_a_draft_owned_by_whoever_opened_it(handoff, ana):
    opened = handoff()
    assert (opened.state, opened.owner, opened.responsible) == ("draft", ana, "Maple Street")


@pytest.mark.parametrize("wrong", ["ben", "cleo"])
def test_the_wrong_user_opens_nothing(handoff, wrong, request):
    with pytest.raises(Refusal):
        handoff(by=request.getfixturevalue(wrong))
    assert not Handoff.objects.exists()


@pytest.mark.parametrize("wrong", ["ben", "cleo"])
@pytest.mark.parametrize("move", TO_THE_END)
def test_the_wrong_user_moves_nothing(handoff, wrong, move, request):
    with pytest.raises(Refusal):
        actions.move_handoff(handoff=handoff(), move=move, by=request.getfixturevalue(wrong), note="because")


def test_a_clinician_opens_a_handoff(handoff, dr):
    assert handoff(by=dr).owner == dr


@pytest.mark.parametrize("field", ["title", "sender", "receiver"])
def test_an_empty_field_is_named(handoff, field):
    with pytest.raises(BadInput, match=field):
        handoff(**{field: "  "})


def test_an_unknown_kind_is_named(handoff):
    with pytest.raises(BadInput, match="kind"):
        handoff(kind="parcel")


def test_the_whole_way_closes(handoff):
    closed = handoff(*TO_THE_END)
    assert closed.state == "closed" and closed.closed_at


def test_each_move_is_kept_with_its_states(handoff):
    opened = handoff("send", "confirm_information")
    kept = opened.history.values_list("what", "from_state", "to_state")
    assert list(kept) == [
        ("open", "", "draft"),
        ("send", "draft", "sent"),
        ("confirm_information", "sent", "received"),
    ]


def test_each_move_is_audited_in_order(handoff):
    handoff("send", "accept")
    actions_kept = AuditEvent.objects.order_by("id").values_list("action", flat=True)
    assert list(actions_kept) == ["handoff.open", "handoff.send", "handoff.accept"]


def test_a_move_that_is_not_possible_leaves_no_trace(handoff):
    opened = handoff("send")
    with pytest.raises(NotPossibleNow):
        handoff("close")
    assert opened.history.count() == 2 and not HandoffEvent.objects.filter(what="close").exists()


def test_closing_before_the_person_is_told_says_what_is_missing(handoff, ana):
    opened = handoff("send", "result_back", "act")
    with pytest.raises(NotPossibleNow, match="once the person has been told"):
        actions.move_handoff(handoff=opened, move="close", by=ana)


@pytest.mark.parametrize(("way", "move"), [(("send",), "decline"), (("send",), "cancel")])
def test_a_no_needs_a_reason(handoff, ana, way, move):
    with pytest.raises(BadInput, match="note: say why"):
        actions.move_handoff(handoff=handoff(*way), move=move, by=ana)


def test_an_unknown_move_is_named(handoff, ana):
    with pytest.raises(BadInput, match="move: unknown"):
        actions.move_handoff(handoff=handoff(), move="fly", by=ana)


def test_a_stale_page_cannot_move_twice(handoff, ana):
    opened = handoff()
    stale = Handoff.objects.get(pk=opened.pk)
    actions.move_handoff(handoff=opened, move="send", by=ana)
    with pytest.raises(NotPossibleNow):
        actions.move_handoff(handoff=stale, move="send", by=ana)


def test_who_confirmed_what_is_kept(handoff, ana, dr):
    opened = handoff("send", receiver_user=dr)
    actions.move_handoff(handoff=opened, move="confirm_information", by=dr)
    actions.move_handoff(handoff=opened, move="accept", by=dr)
    assert (opened.information_confirmed_by, opened.responsibility_confirmed_by) == (dr, dr)


@pytest.mark.parametrize("move", ["confirm_information", "accept", "decline"])
def test_the_sender_cannot_answer_for_a_receiver_with_an_account(handoff, ana, dr, move):
    opened = handoff("send", receiver_user=dr)
    with pytest.raises(Refusal, match="for the receiver: dr"):
        actions.move_handoff(handoff=opened, move=move, by=ana, note="because")


@pytest.mark.parametrize("move", ["act", "tell_person", "close", "cancel"])
def test_the_receiver_cannot_do_the_senders_part(handoff, dr, move):
    opened = handoff("send", receiver_user=dr)
    with pytest.raises(Refusal, match="for the sender: ana"):
        actions.move_handoff(handoff=opened, move=move, by=dr, note="because")


def test_a_receiver_from_another_panel_may_answer(handoff, ben):
    opened = handoff("send", receiver_user=ben)
    assert actions.move_handoff(handoff=opened, move="accept", by=ben).responsible == "Lakeside Cardiology"


def test_a_receiver_from_another_panel_does_nothing_else(handoff, ben):
    opened = handoff("send", receiver_user=ben)
    with pytest.raises(Refusal):
        actions.move_handoff(handoff=opened, move="cancel", by=ben, note="because")


def test_buttons_and_actions_agree(handoff, ana, dr):
    opened = handoff("send", receiver_user=dr)
    offered = {offer.move for offer in policies.moves_for(opened, ana) if offer.allowed}
    assert offered == {"result_back", "cancel"}


def test_a_button_that_is_off_says_why(handoff, ana):
    offers = {offer.move: offer for offer in policies.moves_for(handoff(), ana)}
    assert offers["accept"].tooltip.startswith("Accept responsibility is possible when it is: sent, received.")


def test_an_administrator_is_offered_nothing(handoff, cleo):
    assert not any(offer.allowed for offer in policies.moves_for(handoff("send"), cleo))
