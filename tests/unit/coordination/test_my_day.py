"""My day: who is first and why, what fits, what is safe to wait, what was knowingly left; changed by hand and by what is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.coordination import actions, flags, my_day, safety, tasks
from bluering.coordination.models import DayPlan, LeftUndone, Panel
from bluering.errors import BadInput, Refusal
from bluering.identity.models import Person
from bluering.population.models import Gap, Score
from bluering.record.models import Visit


def today():
    return timezone.localdate()


@pytest.fixture
def held(ana):
    """Put persons on Ana's panel."""

    def make(*persons: str) -> None:
        for one in persons:
            Person.objects.create(id=one)
            Panel.objects.create(person_id=one, coordinator=ana, since=today())

    return make


def gap(person: str, days: int | None, severity: str = "gap", rule: str = "bp_above_target") -> Gap:
    return Gap.objects.create(
        person_id=person, rule=rule, key=f"{rule}{days}", title=f"{rule} of {person}", severity=severity,
        due_date=None if days is None else today() + timedelta(days=days), opened_at=timezone.now(),
    )  # fmt: skip


def names(part) -> list[str]:
    return [one.person_id for one in part]


def test_who_is_first(ana, held):
    held("late", "later", "critical", "danger", "visit", "today", "soon", "needy")
    gap("late", -3)
    gap("later", 30)
    gap("critical", 2, "critical", "discharge_without_contact")
    gap("today", 0)
    gap("soon", 4)
    gap("visit", 5)
    gap("needy", 0)
    Score.objects.create(
        person_id="needy",
        score="need",
        level="extensive",
        since=today(),
        computed_at=timezone.now(),
        as_of=timezone.now(),
    )
    Visit.objects.create(person_id="visit", appointment_key="a/1", start=timezone.now())
    safety.raise_concern(person_id="danger", why="staff", detail="x", by=ana)
    gap("danger", -9, "critical")
    found = my_day.my_day(ana)
    assert names(found.fits) == ["danger", "critical", "late", "needy", "today", "visit"]
    assert names(found.waits) == ["soon", "later"] and found.too_much == []
    assert [one.kind for one in found.fits[0].things] == ["concern"], "nothing else is asked of who is in danger"
    by_name = {one.person_id: one for one in found.fits}
    assert "3 days late" in by_name["late"].why and "extensive need" in by_name["needy"].why
    assert any(word.startswith("comes in today") for word in by_name["visit"].why)


@pytest.mark.parametrize(("days", "now"), [(0, True), (1, True), (2, False)])
def test_a_deadline_by_tomorrow_presses_and_comes_before_what_is_long_late(ana, held, days, now):
    held("home", "late")
    gap("home", days, rule="discharge_without_contact")
    gap("late", -200)
    found = my_day.my_day(ana)
    assert names(found.fits) == (["home", "late"] if now else ["late"])
    if days == 1:
        assert "the deadline is near" in found.fits[0].why


def test_two_weeks_late_and_half_a_year_late_count_alike(ana, held):
    held("old", "older", "needy")
    for person, days in (("old", -14), ("older", -200), ("needy", -20)):
        gap(person, days)
    Score.objects.create(
        person_id="needy",
        score="need",
        level="extensive",
        since=today(),
        computed_at=timezone.now(),
        as_of=timezone.now(),
    )
    assert names(my_day.my_day(ana).fits)[0] == "needy"


def test_several_things_about_one_person_are_one_call(ana, held):
    held("p")
    gap("p", 0, rule="discharge_without_contact")
    gap("p", -1)
    tasks.open_task(person_id="p", title="Mail the plan", due_date=today(), by=ana, owner=ana)
    flags.raise_flag(person_id="p", why="Sounded tired", urgency="soon", by=ana)
    (one,) = my_day.my_day(ana).fits
    assert len(one.things) == 4 and one.minutes == 15 + 3 * 4 and "4 things in one" in one.why


def test_what_does_not_fit_is_said_and_safety_always_fits(ana, held):
    held("a", "b", "c", "danger")
    for person in "abc":
        gap(person, 0, rule="discharge_without_contact")
    safety.raise_concern(person_id="danger", why="staff", detail="x", by=ana)
    my_day.set_minutes(by=ana, minutes=50)
    found = my_day.my_day(ana)
    assert names(found.fits) == ["danger", "a"] and names(found.too_much) == ["b", "c"]
    my_day.set_minutes(by=ana, minutes=5)
    assert names(my_day.my_day(ana).fits) == ["danger"]


def test_minutes_are_used_up_by_what_is_logged(ana, held):
    held("a")
    plan = my_day.set_minutes(by=ana, minutes=60)
    actions.log_contact(
        person_id="a", at=timezone.now(), mode="phone", reached=True, whom="person", purpose="x", minutes=25, by=ana
    )
    assert my_day.minutes_left(plan) == 35
    actions.log_contact(
        person_id="a", at=timezone.now(), mode="phone", reached=True, whom="person", purpose="x", minutes=90, by=ana
    )
    assert my_day.minutes_left(plan) == 0


def test_put_in_order_by_hand_and_it_stays(ana, held):
    held("a", "b", "c", "d")
    for number, person in enumerate("abcd"):
        gap(person, -9 + number)
    my_day.set_minutes(by=ana, minutes=600)
    my_day.put_before(by=ana, person_id="c", before="a")
    assert names(my_day.my_day(ana).fits) == ["c", "a", "b", "d"]
    my_day.put_before(by=ana, person_id="c", before="d")
    assert names(my_day.my_day(ana).fits) == ["a", "b", "c", "d"]
    my_day.put_before(by=ana, person_id="a")
    assert names(my_day.my_day(ana).fits) == ["b", "c", "d", "a"]
    Gap.objects.filter(person_id="c").update(state="closed")
    assert names(my_day.my_day(ana).fits) == ["b", "d", "a"], "what is done is gone"
    my_day.set_minutes(by=ana, minutes=30)
    assert names(my_day.my_day(ana).fits) == ["b", "d", "a"], "other minutes keep the order"


def test_nobody_comes_before_safety(ana, held):
    held("a", "danger")
    gap("a", 0)
    safety.raise_concern(person_id="danger", why="staff", detail="x", by=ana)
    my_day.put_before(by=ana, person_id="a", before="danger")
    assert names(my_day.my_day(ana).fits) == ["danger", "a"]


def test_knowingly_left_and_taken_up(ana, held):
    held("a")
    gap("a", -1)
    made = my_day.leave(by=ana, person_id="a", why="No time today")
    assert (made.what, made.why) == ("bp_above_target of a", "No time today")
    found = my_day.my_day(ana)
    assert found.fits == [] and [one.person_id for one in found.left] == ["a"]
    assert my_day.left_lately(ana, today()) == [made]
    my_day.take_up(by=ana, person_id="a")
    assert names(my_day.my_day(ana).fits) == ["a"] and LeftUndone.objects.count() == 1
    LeftUndone.objects.update(taken_back_at=None, day=today() - timedelta(days=1))
    assert names(my_day.my_day(ana).fits) == ["a"], "it comes back the next day"


@pytest.mark.parametrize("why", ["", "  ", "x" * 201])
def test_leaving_needs_its_reason(ana, held, why):
    held("a")
    gap("a", 0)
    with pytest.raises(BadInput, match="why"):
        my_day.leave(by=ana, person_id="a", why=why)


def test_safety_is_never_left_and_what_is_done_need_not_be(ana, held):
    held("a", "b")
    safety.raise_concern(person_id="a", why="staff", detail="x", by=ana)
    with pytest.raises(BadInput, match="is not left"):
        my_day.leave(by=ana, person_id="a", why="No time")
    with pytest.raises(BadInput, match="nothing is to be done"):
        my_day.leave(by=ana, person_id="b", why="No time")


@pytest.mark.parametrize("minutes", [0, -5, 901])
def test_minutes_of_a_day(ana, minutes):
    with pytest.raises(BadInput, match="minutes"):
        my_day.set_minutes(by=ana, minutes=minutes)
    assert not DayPlan.objects.exists()


@pytest.mark.parametrize("who", ["dr", "cleo", "wen"])
def test_nobody_else_has_such_a_day(db, who, request):
    user = request.getfixturevalue(who)
    for act in (lambda: my_day.my_day(user), lambda: my_day.set_minutes(by=user, minutes=60)):
        with pytest.raises(Refusal):
            act()


def test_of_others_nothing_is_put_or_left(ana, ben, held):
    held("a")
    gap("a", 0)
    with pytest.raises(Refusal):
        my_day.put_before(by=ben, person_id="a")
    with pytest.raises(Refusal):
        my_day.leave(by=ben, person_id="a", why="x")
    assert my_day.my_day(ben).fits == []


def test_it_takes_as_many_queries_however_many(ana, held, django_assert_max_num_queries):
    held(*(f"p{number}" for number in range(60)))
    for number in range(60):
        gap(f"p{number}", number % 9 - 4)
        tasks.open_task(person_id=f"p{number}", title="x", due_date=today(), by=ana, owner=ana)
    with django_assert_max_num_queries(26):
        my_day.my_day(ana)
