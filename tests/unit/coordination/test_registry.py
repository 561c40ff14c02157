"""The registry: whose rows, what is due, who is better and who is not, and shares with their denominators."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from bluering.coordination import actions, registry, safety
from bluering.coordination.models import Contact, Episode
from bluering.population.models import ProgramFinding
from bluering.population.programs import programs

TODAY = date(2026, 11, 24)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def episode(person: str, by, days: int = 100, **changes) -> Episode:
    said = {"program": "compass", "state": "active", "level": "steady", "since": ago(days)} | changes
    return Episode.objects.create(person_id=person, by=by, **said)


def course(
    person: str,
    first: float,
    last: float,
    *,
    key: str = "phq9",
    on: tuple[int, int] = (100, 10),
    program: str = "compass",
    **more,
) -> None:
    said = {"first": first, "first_on": str(ago(on[0])), "last": last, "last_on": str(ago(on[1])), **more}
    ProgramFinding.objects.create(
        person_id=person, program=program, finding="course", key=key, evidence=said, since=TODAY
    )


def talked(person: str, days: int, by, *, reached: bool = True, mode: str = "phone", minutes: int = 10) -> None:
    at = timezone.make_aware(datetime.combine(ago(days), time(10)))
    Contact.objects.create(
        person_id=person, at=at, mode=mode, reached=reached, whom="person", purpose="x", minutes=minutes, by=by
    )


def only(user) -> registry.Row:
    (row,) = registry.rows(user, today=TODAY)
    return row


def test_one_row_with_what_was_done_and_what_is_due(ana, person_id):
    episode(person_id, ana)
    course(person_id, 17, 14)
    for days, more in ((120, {}), (40, {}), (30, {"reached": False}), (25, {"mode": "mail"}), (9, {"minutes": 22})):
        talked(person_id, days, ana, **more)
    row = only(ana)
    assert (row.holder, row.weeks, row.talks, row.last_talk) == ("ana", 14, 2, ago(9))
    assert row.next_due == ago(9) + timedelta(days=21) and row.minutes == 22
    assert row.score.fall == pytest.approx(3 / 17) and not row.is_stuck(TODAY) and not row.is_improved()


@pytest.mark.parametrize(
    ("first", "last", "weeks", "improved", "stuck"),
    [
        (16, 8, 11, True, False), (16, 9, 11, False, False), (9, 4, 11, True, False), (16, 16, 11, False, True),
        (16, 18, 11, False, True), (16, 18, 9, False, False), (4, 4, 11, False, False), (0, 6, 11, False, False),
    ],
)  # fmt: skip
def test_better_is_half_or_below_5_and_stuck_is_no_fall_after_ten_weeks(
    ana, person_id, first, last, weeks, improved, stuck
):
    episode(person_id, ana, days=weeks * 7)
    course(person_id, first, last)
    row = only(ana)
    assert (row.is_improved(), row.is_stuck(TODAY)) == (improved, stuck)


def test_one_score_alone_is_no_course(ana, person_id):
    episode(person_id, ana)
    course(person_id, 16, 16, on=(10, 10))
    assert only(ana).score.fall is None and not only(ana).is_stuck(TODAY)


@pytest.mark.parametrize(("days", "old"), [(30, False), (31, True)])
def test_a_score_is_old_after_30_days(ana, person_id, days, old):
    episode(person_id, ana)
    course(person_id, 16, 12, on=(100, days))
    assert only(ana).is_unmeasured(TODAY) == old


def test_where_no_score_steers_none_is_missing(ana, person_id):
    episode(person_id, ana, program="chronic_care_management")
    assert not only(ana).is_unmeasured(TODAY) and not programs()["chronic_care_management"].by_score


def test_who_is_paused_is_not_overdue(ana, person_id):
    episode(person_id, ana, state="paused")
    assert only(ana).next_due is None and not only(ana).is_overdue(TODAY)


def test_resumed_and_never_talked_with(ana, person_id):
    episode(person_id, ana, resumed_on=ago(3))
    row = only(ana)
    assert row.next_due == ago(3) + timedelta(days=21) and row.last_talk is None


def test_reviewed_and_in_danger(ana, person_id):
    episode(person_id, ana)
    made = actions.open_handoff(person_id=person_id, kind="case_review", title="x", sender="a", receiver="b", by=ana)
    assert only(ana).reviewed is None, "a draft is no review"
    actions.move_handoff(handoff=made, move="send", by=ana)
    safety.raise_concern(person_id=person_id, why="staff", detail="x", by=ana)
    assert only(ana).reviewed == timezone.localdate() and only(ana).danger


def test_whose_rows(ana, ben, dr, cleo, person_id):
    episode(person_id, ana)
    episode("nobody-holds", ana, program="rising_risk")
    episode("considered-only", ana, state="considered", since=None)
    assert {row.episode.person_id for row in registry.rows(ana)} == {person_id, "nobody-holds"}
    assert {row.episode.person_id for row in registry.rows(ben)} == {"nobody-holds"}
    assert {row.episode.person_id for row in registry.rows(dr)} == {person_id, "nobody-holds"}
    assert registry.rows(cleo) == []
    assert [row.episode.person_id for row in registry.rows(dr, "rising_risk")] == ["nobody-holds"]


def test_of_one_coordinators_panel(ana, dr, person_id):
    episode(person_id, ana)
    episode("nobody-holds", ana)
    assert {row.episode.person_id for row in registry.rows(dr, whose="ana")} == {person_id}
    assert registry.rows(dr, whose="ben") == []


def test_more_than_fit_on_a_page_ask_for_a_coordinator(ana, dr, person_id, monkeypatch):
    episode(person_id, ana)
    episode("nobody-holds", ana)
    monkeypatch.setattr(registry, "MOST", 1)
    with pytest.raises(registry.TooMany, match="choose a coordinator"):
        registry.rows(dr)
    assert len(registry.rows(dr, whose="ana")) == 1


def test_shares_say_of_how_many(ana, person_id):
    episode(person_id, ana)
    course(person_id, 16, 8)
    talked(person_id, 5, ana)
    episode("p2", ana)
    course("p2", 18, 17)
    episode("p3", ana, days=20)
    course("p3", 18, 4)
    episode("p4", ana, program="chronic_care_management")
    found = registry.rows(ana, today=TODAY)
    assert [(one.count, one.of, one.percent) for one in registry.shares(found, TODAY)] == [
        (1, 4, 25),
        (3, 3, 100),
        (1, 2, 50),
    ]
    assert registry.shares([], TODAY)[0].percent is None


def test_it_takes_as_many_queries_however_many_rows(ana, django_assert_max_num_queries):
    for number in range(60):
        episode(f"p{number}", ana)
        course(f"p{number}", 16, 8)
        talked(f"p{number}", 5, ana)
    with django_assert_max_num_queries(12):
        assert len(registry.rows(ana, today=TODAY)) == 60
