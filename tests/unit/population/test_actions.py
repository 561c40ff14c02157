"""Setting gaps aside and taking them up again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.errors import BadInput, Refusal
from bluering.population import actions
from bluering.population.models import Gap, GapEvent


@pytest.fixture
def gap(db, person_id):
    return Gap.objects.create(person_id=person_id, rule="bp", key="1", severity="due", opened_at=timezone.now())


def in_days(days: int):
    return timezone.localdate() + timedelta(days=days)


def test_a_gap_rests_until_a_day_for_a_reason(gap, ana):
    actions.set_aside(gap=gap, until=in_days(7), reason=" On holiday ", by=ana)
    kept = Gap.objects.get()
    assert (kept.state, kept.set_aside_until, kept.set_aside_reason) == ("set_aside", in_days(7), "On holiday")
    assert kept.set_aside_by == ana


def test_its_history_says_who_and_why(gap, ana):
    actions.set_aside(gap=gap, until=in_days(7), reason="On holiday", by=ana)
    event = GapEvent.objects.get()
    assert (event.what, event.by, event.note) == ("set_aside", ana, f"until {in_days(7)}: On holiday")


def test_it_is_audited_without_the_reason(gap, ana, person_id):
    actions.set_aside(gap=gap, until=in_days(7), reason="On holiday", by=ana)
    event = AuditEvent.objects.get()
    assert (event.user, event.action, event.person_id) == (ana, "gap.set_aside", person_id)
    assert event.detail == f"gap {gap.pk}"


@pytest.mark.parametrize("days", [0, -1])
def test_the_day_lies_ahead(gap, ana, days):
    with pytest.raises(BadInput, match="until: "):
        actions.set_aside(gap=gap, until=in_days(days), reason="On holiday", by=ana)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_is_given(gap, ana, reason):
    with pytest.raises(BadInput, match="reason: "):
        actions.set_aside(gap=gap, until=in_days(7), reason=reason, by=ana)


def test_a_gap_that_rests_may_get_another_day(gap, ana):
    actions.set_aside(gap=gap, until=in_days(7), reason="On holiday", by=ana)
    actions.set_aside(gap=gap, until=in_days(9), reason="Back later", by=ana)
    assert (gap.set_aside_until, GapEvent.objects.count()) == (in_days(9), 2)


def test_a_gap_closed_meanwhile_is_not_set_aside(gap, ana):
    Gap.objects.update(state="closed")
    with pytest.raises(BadInput, match="gap: "):
        actions.set_aside(gap=gap, until=in_days(7), reason="On holiday", by=ana)


def test_an_administrator_sets_nothing_aside(gap, cleo):
    with pytest.raises(Refusal, match="Who could"):
        actions.set_aside(gap=gap, until=in_days(7), reason="On holiday", by=cleo)


def test_a_gap_is_taken_up_again(gap, ana):
    actions.set_aside(gap=gap, until=in_days(7), reason="On holiday", by=ana)
    actions.resume(gap=gap, by=ana)
    kept = Gap.objects.get()
    assert (kept.state, kept.set_aside_until, kept.set_aside_reason, kept.set_aside_by) == ("open", None, "", None)
    assert GapEvent.objects.last().what == "resumed"
    assert AuditEvent.objects.order_by("id").last().action == "gap.resume"


def test_only_a_gap_that_rests_is_taken_up_again(gap, ana):
    with pytest.raises(BadInput, match="gap: "):
        actions.resume(gap=gap, by=ana)
