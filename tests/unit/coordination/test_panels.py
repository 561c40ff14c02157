"""Who coordinates whom, and who covers."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.coordination import actions, policies, queries
from bluering.coordination.models import Panel
from bluering.errors import BadInput, Refusal

TODAY = timezone.localdate


def cover(absent, covering, since=0, until=None):
    first, last = (None if days is None else TODAY() + timedelta(days=days) for days in (since, until))
    return actions.arrange_cover(absent=absent, covering=covering, since=first, until=last, by=absent)


def test_assigning_moves_the_person(ana, ben, person_id):
    actions.assign(person_id=person_id, coordinator=ben, by=ana)
    assert queries.holder_of(person_id) == "ben"


def test_the_earlier_row_ends_today(ana, ben, person_id):
    actions.assign(person_id=person_id, coordinator=ben, by=ana)
    assert Panel.objects.get(coordinator=ana).until == TODAY()


def test_a_colleagues_person_cannot_be_taken(ana, ben, person_id):
    with pytest.raises(Refusal):
        actions.assign(person_id=person_id, coordinator=ben, by=ben)


@pytest.mark.parametrize("wrong", ["cleo", "dr"])
def test_only_coordinators_change_panels(wrong, ben, request):
    with pytest.raises(Refusal):
        actions.assign(person_id="p-new", coordinator=ben, by=request.getfixturevalue(wrong))


def test_a_person_on_nobodys_panel_can_be_taken(ben):
    actions.assign(person_id="p-new", coordinator=ben, by=ben)
    assert queries.panel_of(ben) == ["p-new"]


def test_a_person_can_be_taken_off_every_panel(ana, person_id):
    assert actions.assign(person_id=person_id, coordinator=None, by=ana) is None
    assert queries.holder_of(person_id) is None


def test_assigning_to_the_holder_changes_nothing(ana, person_id):
    actions.assign(person_id=person_id, coordinator=ana, by=ana)
    assert Panel.objects.count() == 1 and not AuditEvent.objects.exists()


def test_only_a_coordinator_can_hold_a_person(ana, dr, person_id):
    with pytest.raises(BadInput, match="coordinator"):
        actions.assign(person_id=person_id, coordinator=dr, by=ana)


def test_assigning_is_audited(ana, ben, person_id):
    actions.assign(person_id=person_id, coordinator=ben, by=ana)
    assert AuditEvent.objects.get().action == "panel.assign"


def test_the_database_holds_one_coordinator_at_a_time(ana, ben, person_id):
    with pytest.raises(IntegrityError), transaction.atomic():
        Panel.objects.create(person_id=person_id, coordinator=ben, since=date(2026, 1, 1))


def test_whoever_covers_reaches_the_person(ana, ben, person_id):
    cover(ana, ben)
    assert policies.may_about(ben, "contact.log", person_id)


@pytest.mark.parametrize(("since", "until"), [(1, None), (-9, -1)])
def test_cover_counts_only_on_its_days(ana, ben, person_id, since, until):
    cover(ana, ben, since, until)
    assert not policies.may_about(ben, "person.read", person_id)


@pytest.mark.parametrize(("since", "until"), [(0, 0), (-1, 0), (0, 1)])
def test_cover_counts_on_its_first_and_last_day(ana, ben, person_id, since, until):
    cover(ana, ben, since, until)
    assert policies.may_about(ben, "person.read", person_id)


def test_nobody_takes_cover_of_a_colleague_by_herself(ana, ben):
    with pytest.raises(Refusal, match="ana; administrators"):
        actions.arrange_cover(absent=ana, covering=ben, since=TODAY(), by=ben)


def test_a_clinician_arranges_no_cover(ana, ben, dr):
    with pytest.raises(Refusal):
        actions.arrange_cover(absent=ana, covering=ben, since=TODAY(), by=dr)


def test_an_administrator_arranges_cover(ana, ben, cleo):
    actions.arrange_cover(absent=ana, covering=ben, since=TODAY(), by=cleo)
    assert queries.covered_by(ben) == {"ana"}


def test_cover_is_by_a_coordinator(ana, dr):
    with pytest.raises(BadInput, match="covering"):
        cover(ana, dr)


def test_cover_ends_after_it_starts(ana, ben):
    with pytest.raises(BadInput, match="until"):
        cover(ana, ben, 0, -1)


def test_reachable_persons_are_found_in_three_queries(ana, person_id, django_assert_num_queries):
    Panel.objects.create(person_id="p-ben", coordinator=_other(), since=date(2026, 1, 1))
    with django_assert_num_queries(3):
        assert policies.reachable(ana, "person.read", [person_id, "p-ben", "p-free"]) == {person_id, "p-free"}


def _other():
    from bluering.access.models import User

    return User.objects.create(username="dee", role="coordinator")
