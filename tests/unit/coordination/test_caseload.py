"""How heavy a panel is."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from bluering.coordination import queries
from bluering.coordination.caseload import caseload
from bluering.coordination.models import Panel
from bluering.errors import BadInput

EXAMPLE = {"intensive": 10, "active": 40, "maintenance": 60, "monitor": 100}


def persons(**levels):
    return {f"{level}-{i}": level for level, many in levels.items() for i in range(many)}


def test_a_full_time_coordinator_has_5760_minutes_a_month():
    assert caseload({}).capacity == 5_760


def test_the_worked_example_is_full_with_210_names():
    load = caseload(persons(**EXAMPLE), extras={"discharge": 5})
    assert (load.persons, load.minutes, load.load_percent) == (210, 5_750, 100)
    assert load.counts == EXAMPLE


@pytest.mark.parametrize(("level", "minutes"), [("extensive", 120), ("moderate", 60), ("minimal", 5), (None, 5)])
def test_each_level_of_need_has_its_minutes(level, minutes):
    assert caseload({"p": level}).minutes == minutes


@pytest.mark.parametrize(("extra", "minutes"), [("intake", 30), ("discharge", 90), ("interpreter", 10), ("travel", 15)])
def test_what_comes_on_top(extra, minutes):
    assert caseload({"p": "minimal"}, extras={extra: 2}).minutes == 5 + 2 * minutes


def test_a_score_is_read_for_its_level():
    load = caseload({"p": SimpleNamespace(level="extensive", score="need")})
    assert (load.minutes, load.extensive) == (120, 1)


def test_the_sentence_says_what_the_number_is_made_of():
    load = caseload({"a": "extensive", "b": "minimal", "c": "minimal", "d": None}, extras={"discharge": 1})
    assert load.sentence == (
        "4 persons, 4 % of capacity: 1 extensive, 2 minimal, 1 without a computed need, 1 discharge on top."
    )


def test_an_empty_panel_says_so():
    load = caseload({})
    assert (load.load_percent, load.sentence) == (0, "Nobody is on this panel.")


@pytest.mark.parametrize(
    ("intensive", "may_take_more", "overloaded"),
    [(47, True, False), (48, False, False), (52, False, False), (53, False, True)],
)
def test_full_at_100_percent_and_overloaded_above_110(intensive, may_take_more, overloaded):
    load = caseload(persons(intensive=intensive))
    assert (load.may_take_more, load.overloaded) == (may_take_more, overloaded)


def test_half_a_post_has_half_the_minutes():
    assert caseload(persons(intensive=24), full_time=0.5).load_percent == 100


@pytest.mark.parametrize("wrong", [{"full_time": 0}, {"extras": {"parking": 1}}])
def test_what_it_does_not_know_is_refused(wrong):
    with pytest.raises(BadInput):
        caseload({"p": "minimal"}, **wrong)


def test_an_unknown_level_is_refused():
    with pytest.raises(BadInput, match="level"):
        caseload({"p": "enormous"})


@pytest.mark.django_db
def test_a_panel_is_weighed_with_its_discharges(ana, ben, person_id, handoff):
    on_panel(ana, "p2")
    on_panel(ben, "p3")
    handoff("send", kind="discharge")
    load = queries.caseload(ana, {person_id: "extensive", "p2": "minimal", "p3": "extensive"})
    assert (load.persons, load.minutes, load.extras) == (2, 120 + 5 + 90, {"discharge": 1})


@pytest.mark.django_db
def test_somebody_new_this_month_is_an_intake(ana):
    Panel.objects.create(person_id="new", coordinator=ana, since=timezone.localdate())
    assert queries.caseload(ana, {}).extras == {"intake": 1}


@pytest.mark.django_db
def test_all_coordinators_in_two_queries(ana, ben, django_assert_num_queries):
    on_panel(ana, "p1", "p2")
    with django_assert_num_queries(2):
        loads = queries.caseloads([ana, ben], {"p1": "extensive"})
    assert [loads[user.username].persons for user in (ana, ben)] == [3, 0]


def on_panel(user, *person_ids):
    since = timezone.localdate() - timedelta(days=100)
    for person_id in person_ids:
        Panel.objects.create(person_id=person_id, coordinator=user, since=since)
