"""What is counted of each source, when its silence becomes a gap, and how that gap ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.errors import BadInput, Refusal
from bluering.intake.models import Arrival, Load, Quarantine
from bluering.quality import hours, ledger, silent
from bluering.quality.models import DataGap, DataGapEvent, Source, SourceHour

pytestmark = pytest.mark.django_db


def arrive(number: int, ago: timedelta = timedelta(), state: str = "done", lag: int | None = 60) -> None:
    """A message, and the load with which it came into the record."""
    came = timezone.now() - ago
    loaded("cgh", ago)
    Arrival.objects.create(
        source="cgh", format="hl7v2", digest=str(number), control_id=str(number), raw=b"", received_at=came, state=state,
        event_at=None if lag is None else came - timedelta(seconds=lag),
    )  # fmt: skip


def loaded(source: str = "lab", ago: timedelta = timedelta(), **summary) -> Load:
    load = Load.objects.create(source=source, summary=summary, finished_at=timezone.now())
    Load.objects.filter(pk=load.pk).update(started_at=timezone.now() - ago)
    return load


def test_messages_resources_and_what_was_not_read_are_counted_by_hour():
    arrive(1), arrive(2, state="quarantined"), arrive(3, timedelta(days=2))
    load = loaded(loaded={"Observation": 5}, replaced={"Observation": 2})
    Quarantine.objects.create(load=load, source="lab", file="a", line=1, reason="x", digest="1")
    assert hours.refresh() == 2
    rows = {row.source: (row.messages, row.resources, row.unread) for row in SourceHour.objects.order_by("hour")}
    assert rows == {"cgh": (2, 0, 1), "lab": (0, 7, 1)} and SourceHour.objects.count() == 3


def test_counting_again_counts_nothing_twice():
    arrive(1)
    hours.refresh()
    arrive(2)
    hours.refresh()
    assert sum(SourceHour.objects.values_list("messages", flat=True)) == 2


def test_a_source_has_a_row_once_something_came_and_what_people_set_stays():
    loaded("lab")
    hours.refresh()
    Source.objects.update(title="The lab", silent_after=90)
    arrive(1), loaded("lab")
    hours.refresh()
    lab, feed = Source.objects.get(name="lab"), Source.objects.get(name="cgh")
    assert (lab.title, lab.silent_after, lab.kind, feed.kind) == ("The lab", 90, "files", "messages")


def test_the_lag_is_its_median_and_95th_percentile():
    for number in range(100):
        arrive(number, lag=number)
    arrive(101, lag=None), arrive(102, lag=-500)
    hours.refresh()
    source = Source.objects.get()
    assert (source.lag_median_seconds, source.lag_p95_seconds) == (49, 94)


def test_a_silent_source_is_a_gap_until_something_comes_again():
    arrive(1, timedelta(hours=3))
    hours.refresh()
    Source.objects.update(silent_after=60)
    assert silent.look() == (1, 0) and silent.look() == (0, 0)
    gap = DataGap.objects.get()
    assert gap.sentence == "Nothing has come for 3 h; after 60 min this source counts as silent."
    arrive(2)
    hours.refresh()
    assert silent.look() == (0, 1)
    gap.refresh_from_db()
    assert (gap.state, gap.closed_by) == ("closed", "Something came again.")
    assert list(DataGapEvent.objects.values_list("what", flat=True)) == ["opened", "closed"]


def test_a_source_silent_against_its_own_rhythm_says_what_is_usual():
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    SourceHour.objects.bulk_create(
        SourceHour(source="cgh", hour=hour - timedelta(hours=back), messages=1) for back in range(6, 24 * 30)
    )
    source = Source.objects.create(name="cgh", last_at=now - timedelta(hours=5))
    assert silent.look(now) == (1, 0)
    assert "Nothing has come for 5 h; at this moment of the week " in DataGap.objects.get().sentence
    source.refresh_from_db()
    assert source.usual_silence_seconds < 3_600 and silent.silence_of(source, now).silent
    assert not silent.silence_of(source, source.last_at + timedelta(minutes=59)).silent


def a_gap() -> DataGap:
    now = timezone.now()
    ledger.reconcile("source_silent", {"lab": (now, "Nothing has come.")}, "It came.")
    return DataGap.objects.get()


def test_a_gap_set_aside_rests_until_its_day_and_closes_by_evidence_all_the_same(wen):
    gap = a_gap()
    later = timezone.localdate() + timedelta(days=3)
    ledger.set_aside(gap=gap, until=later, reason="The lab moves house.", by=wen)
    assert a_gap().state == "set_aside"
    found = {"lab": (gap.since, "Nothing has come.")}
    ledger.reconcile("source_silent", found, "It came.", timezone.now() + timedelta(days=4))
    gap.refresh_from_db()
    assert (gap.state, gap.set_aside_until) == ("open", None)
    ledger.set_aside(gap=gap, until=later, reason="Still moving.", by=wen)
    ledger.reconcile("source_silent", {}, "It came.")
    gap.refresh_from_db()
    assert gap.state == "closed" and AuditEvent.objects.filter(action="datagap.set_aside").count() == 2


def test_a_gap_that_comes_back_is_another_one():
    a_gap()
    ledger.reconcile("source_silent", {}, "It came.")
    ledger.reconcile("source_silent", {"lab": (timezone.now(), "Again.")}, "It came.")
    assert DataGap.objects.count() == 2


def test_gaps_of_another_rule_are_left_alone():
    a_gap()
    assert ledger.reconcile("gate_failed", {}, "It passes.") == (0, 0)


@pytest.mark.parametrize(
    ("days", "reason", "sentence"), [(0, "x", "until: choose a day after today"), (1, " ", "reason: write why")]
)
def test_setting_aside_needs_a_day_and_a_reason(wen, days, reason, sentence):
    with pytest.raises(BadInput, match=sentence):
        ledger.set_aside(gap=a_gap(), until=timezone.localdate() + timedelta(days=days), reason=reason, by=wen)


@pytest.mark.parametrize("wrong", ["ana", "dr"])
def test_people_work_sets_no_data_gap_aside(request, wrong):
    with pytest.raises(Refusal, match="data stewards"):
        ledger.set_aside(
            gap=a_gap(), until=timezone.localdate() + timedelta(days=1), reason="x", by=request.getfixturevalue(wrong)
        )
