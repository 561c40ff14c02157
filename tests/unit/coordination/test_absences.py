"""Absences: a sheet before, access for the days, a summary afterwards."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from bluering.coordination.absences import back_of, covers_for, panel_of_absence, require_party, sheet_of, shown
from bluering.coordination.actions import arrange_cover, end_cover
from bluering.coordination.flags import raise_flag
from bluering.coordination.models import Contact, Cover, Handoff, HandoffEvent
from bluering.coordination.queries import covered_by
from bluering.errors import BadInput, Refusal
from bluering.population.models import Gap, GapEvent


def day(number: int):
    return timezone.localdate() + timedelta(days=number)


def at(number: int, hour: int = 12) -> datetime:
    return timezone.make_aware(datetime.combine(day(number), time(hour)))


def away(ana, ben, first: int = 0, last: int = 4, **told) -> Cover:
    return arrange_cover(absent=ana, covering=ben, since=day(first), until=day(last), by=ana, **told)


def gap(person_id: str, key: str, due: int | None, severity: str = "due", state: str = "open") -> Gap:
    return Gap.objects.create(person_id=person_id, rule="r", key=key, title=key, due_date=None if due is None else day(due), severity=severity, state=state, opened_at=at(-9))  # fmt: skip


def test_the_same_absence_twice_is_one(ana, ben):
    assert away(ana, ben) == away(ana, ben) and Cover.objects.count() == 1


def test_a_word_for_who_covers_has_a_length(ana, ben):
    with pytest.raises(BadInput, match="note: write at most 400"):
        away(ana, ben, note="x" * 401)


@pytest.mark.parametrize(
    ("first", "last", "until", "off"), [(-3, 4, -1, False), (0, 4, 4, True), (2, 4, 4, True), (-9, -5, -5, False)]
)
def test_who_is_back_early_is_covered_no_more(ana, ben, first, last, until, off):
    ended = end_cover(cover=away(ana, ben, first, last), by=ana)
    assert (ended.until, ended.called_off_at is not None) == (day(until), off)
    assert covered_by(ben) == set()
    again = end_cover(cover=ended, by=ana)
    assert (again.until, again.called_off_at) == (ended.until, ended.called_off_at)


def test_who_covers_does_not_end_it_an_administrator_does(ana, ben, cleo, dr):
    cover = away(ana, ben)
    with pytest.raises(Refusal, match="Only Ana Ruiz"):
        end_cover(cover=cover, by=ben)
    with pytest.raises(Refusal):
        end_cover(cover=cover, by=dr)
    end_cover(cover=cover, by=cleo)
    assert covered_by(ben) == set()


def test_each_sees_their_own_and_an_administrator_all(ana, ben, cleo):
    cover, old, off = away(ana, ben), away(ana, ben, -90, -80), end_cover(cover=away(ana, ben, 10, 12), by=ana)
    assert covers_for(ana) == covers_for(ben) == covers_for(cleo) == [cover]
    from bluering.access.models import User

    assert covers_for(User.objects.create(username="eve", role="coordinator")) == [] and old != off


def test_the_sheet_is_for_who_is_away_and_once_begun_for_who_covers(ana, ben, cleo):
    later = away(ana, ben, 2, 4)
    require_party(later, ana)
    for user in (ben, cleo):
        with pytest.raises(Refusal, match=r"from .* on for Ben Okafor"):
            require_party(later, user)
    require_party(away(ana, ben, 0, 1), ben)
    with pytest.raises(Refusal):
        require_party(end_cover(cover=later, by=ana), ana)


def test_the_sheet_names_who_will_want_something_before_the_end(ana, ben, dr, person_id):
    cover = away(ana, ben, 0, 4)
    gap(person_id, "on the last day", 4)
    gap(person_id, "after it", 5)
    gap(person_id, "grave, without a day", None, "critical")
    gap(person_id, "closed", 1, state="closed")
    gap("somebody else's", "theirs", 1)
    Handoff.objects.create(
        person_id=person_id, kind="referral", title="Due", sender="a", receiver="b", opened_by=ana, due_date=day(3)
    )
    Handoff.objects.create(
        person_id=person_id, kind="referral", title="Later", sender="a", receiver="b", opened_by=ana, due_date=day(9)
    )
    flag = raise_flag(person_id=person_id, why="Look", urgency="soon", by=dr)
    (one,) = sheet_of(cover)
    assert {found.title for found in one.gaps} == {"on the last day", "grave, without a day"}
    assert [found.title for found in one.handoffs] == ["Due"] and one.flags == (flag,)
    assert panel_of_absence(cover) == [person_id]


def test_a_panel_that_wants_nothing_has_an_empty_sheet(ana, ben, person_id):
    gap(person_id, "much later", 20)
    assert sheet_of(away(ana, ben)) == []


def test_who_comes_back_reads_what_happened_on_these_days(ana, ben, person_id):
    cover = away(ana, ben, -3, -1)
    for number, purpose in ((-4, "before"), (-3, "first day"), (-1, "last day"), (0, "after")):
        Contact.objects.create(person_id=person_id, at=at(number, 0 if number == -3 else 23 if number == -1 else 12), mode="phone", reached=True, whom="person", purpose=purpose, minutes=5, by=ben)  # fmt: skip
    opened = gap(person_id, "opened", 9)
    GapEvent.objects.create(gap=opened, at=at(-2), what="opened")
    GapEvent.objects.create(gap=opened, at=at(-2), what="closed")
    handoff = Handoff.objects.create(
        person_id=person_id, kind="referral", title="Moved", sender="a", receiver="b", opened_by=ana
    )
    HandoffEvent.objects.create(handoff=handoff, at=at(-2), by=ben, what="send", to_state="sent")
    (one,) = back_of(cover)
    assert [found.purpose for found in one.contacts] == ["first day", "last day"]
    assert (len(one.moves), len(one.closed), len(one.opened)) == (1, 1, 1)


def test_nothing_of_other_panels_is_told(ana, ben):
    Contact.objects.create(
        person_id="somebody else's",
        at=at(-2),
        mode="phone",
        reached=True,
        whom="person",
        purpose="x",
        minutes=5,
        by=ben,
    )
    assert back_of(away(ana, ben, -3, -1)) == []


def test_as_many_queries_however_long_the_panel_is(ana, ben, person_id, django_assert_max_num_queries):
    from bluering.coordination.models import Panel

    cover = away(ana, ben, -1, 3)
    for number in range(30):
        Panel.objects.create(person_id=f"p{number}", coordinator=ana, since=day(-100))
        gap(f"p{number}", "x", 1)
    with django_assert_max_num_queries(8):
        assert len(shown(sheet_of(cover), ben)) == 30
    with django_assert_max_num_queries(8):
        assert shown(back_of(cover), ben) == []
