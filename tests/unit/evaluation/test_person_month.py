"""Person-months against a slow obvious version, and the edges of coverage, returns and completeness."""

import datetime as dt
from calendar import monthrange
from collections import defaultdict
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluering.evaluation.person_month.compute import COUNTS, SETTINGS, compute
from bluering.population.parameters import parameters
from bluering.population.vectors import empty_engine

ZONE = ZoneInfo("America/Chicago")
AS_OF = dt.datetime(2026, 11, 23, 9, tzinfo=ZONE)
TABLES = """
CREATE TABLE coverage (person_id TEXT, source TEXT, id TEXT, status TEXT, start_date DATE, end_date DATE);
CREATE TABLE explanation_of_benefit (person_id TEXT, source TEXT, id TEXT, status TEXT, use TEXT, type_codes TEXT[], sub_type_codes TEXT[], type_of_bill_code TEXT,
  billable_start_datetime TIMESTAMPTZ, billable_end_datetime TIMESTAMPTZ, payment_datetime TIMESTAMPTZ, created_datetime TIMESTAMPTZ,
  paid_amount DECIMAL(18,2), allowed_amount DECIMAL(18,2));
CREATE TABLE explanation_of_benefit_item (person_id TEXT, source TEXT, id TEXT, revenue_code TEXT, paid_amount DECIMAL(18,2), allowed_amount DECIMAL(18,2));
"""


@pytest.fixture(scope="module")
def engine():
    with empty_engine() as connection:
        connection.execute(TABLES)
        yield connection


def months(engine: duckdb.DuckDBPyConnection, *, coverage=(), claims=(), stays=(), died=None) -> list[dict]:
    """person_month of these rows, by person and month; dates as in the rows, months as (year, month)."""
    for table in ("coverage", "explanation_of_benefit", "explanation_of_benefit_item", "encounter", "patient"):
        engine.execute(f"DELETE FROM {table}")
    for n, (person, source, since, until) in enumerate(coverage):
        engine.execute("INSERT INTO coverage VALUES (?, ?, ?, 'active', ?, ?)", [person, source, str(n), since, until])
    for n, one in enumerate(claims):
        put_claim(engine, str(n), **one)
    for n, (person, kind, since, until) in enumerate(stays):
        engine.execute(
            "INSERT INTO encounter BY NAME SELECT ? AS person_id, 'ehr' AS source, ? AS id, 'finished' AS status, ? AS class_code, "
            "?::TIMESTAMPTZ AS start_datetime, ?::TIMESTAMPTZ AS end_datetime, 'County' AS service_provider_display",
            [person, f"e{n}", kind, f"{since} 12:00", f"{until} 12:00"],
        )
    if died:
        engine.execute(
            "INSERT INTO patient BY NAME SELECT 'p1' AS person_id, 's' AS source, 'x' AS id, ?::TIMESTAMPTZ AS deceased_datetime",
            [died],
        )
    compute(engine, as_of=AS_OF, parameters=parameters("evaluation", "person_month"))
    asked = engine.sql(
        "SELECT * REPLACE (strftime(month, '%Y-%m') AS month) FROM person_month ORDER BY person_id, month"
    )
    return [dict(zip(asked.columns, row, strict=True)) for row in asked.fetchall()]


def put_claim(engine, number: str, **one) -> None:
    row = {"person": "p1", "source": "plan", "kind": "professional", "paid": "10.00", "known": None, "bill": None} | one
    engine.execute(
        "INSERT INTO explanation_of_benefit VALUES (?, ?, ?, 'active', 'claim', [?], [], ?, ?, ?, ?, NULL, ?, NULL)",
        [
            row["person"],
            row["source"],
            number,
            f"x|{row['kind']}",
            row["bill"],
            row["day"],
            row["day"],
            row["known"],
            row["paid"],
        ],
    )


def figures(rows: list[dict], *names: str) -> list[tuple]:
    return [tuple(row[name] for name in names) for row in rows]


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 11, 20))
WHO = st.sampled_from(["p1", "p2"])
SPAN = st.tuples(WHO, st.sampled_from(["plan", "cms"]), DAYS, st.one_of(st.none(), DAYS))
KINDS = st.sampled_from([("professional", "professional"), ("pharmacy", "pharmacy"), ("60", "inpatient"), ("82", "equipment"), ("20", "nursing"), ("x", "other")])  # fmt: skip
CLAIM = st.tuples(WHO, KINDS, DAYS, st.integers(0, 100_000))
VISIT = st.tuples(WHO, st.sampled_from(["EMER", "IMP", "OBSENC", "NONAC"]), DAYS, st.integers(0, 9))


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SPAN, max_size=5), st.lists(CLAIM, max_size=6))
def test_coverage_and_cost_equal_the_slow_obvious_version(engine, spans, claims):
    rows = months(
        engine,
        coverage=spans,
        claims=[{"person": p, "kind": kind, "day": day, "paid": Decimal(c) / 100} for p, (kind, _), day, c in claims],
    )
    found = {(row["person_id"], row["month"]): row for row in rows}
    slow_days, slow_cost = slowly_covered(spans), slowly_paid(claims)
    assert found.keys() == slow_days.keys() | {(person, month) for person, month, _ in slow_cost}
    for key, row in found.items():
        assert row["covered_days"] == len(slow_days.get(key, ()))
        for setting in SETTINGS:
            assert row[f"{setting}_amount"] == slow_cost.get((*key, setting), 0), setting
        assert row["paid_amount"] == sum(row[f"{setting}_amount"] for setting in SETTINGS)


def slowly_covered(spans) -> dict[tuple[str, str], set[dt.date]]:
    days = defaultdict(set)
    for person, _, since, until in spans:
        day = since
        while day <= min(until or AS_OF.date(), AS_OF.date()):
            days[person, f"{day:%Y-%m}"].add(day)
            day += dt.timedelta(days=1)
    return days


def slowly_paid(claims) -> dict[tuple[str, str, str], Decimal]:
    paid: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for person, (_, setting), day, cents in claims:
        paid[person, f"{day:%Y-%m}", setting] += Decimal(cents) / 100
    return paid


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VISIT, max_size=7, unique_by=lambda one: (one[0], one[2])))
def test_stays_and_returns_equal_the_slow_obvious_version(engine, visits):
    """One hospital, days that do not touch: what a stay is, is the business of its own rule."""
    apart = [(p, kind, day, day + dt.timedelta(days=nights)) for p, kind, day, nights in visits]
    if any(
        a is not b and a[0] == b[0] and a[2] <= b[3] + dt.timedelta(days=1) and b[2] <= a[3] + dt.timedelta(days=1)
        for a in apart
        for b in apart
    ):
        apart = apart[:1]
    found = {
        (row["person_id"], row["month"], name): row[name]
        for row in months(engine, stays=apart)
        for name in COUNTS
        if row[name]
    }
    assert found == slowly_used(apart)


def slowly_used(visits) -> dict[tuple[str, str, str], int]:
    used: dict[tuple[str, str, str], int] = defaultdict(int)
    names = {"EMER": "emergency_visits", "IMP": "stays", "OBSENC": "observation_stays", "NONAC": "nursing_stays"}
    for person, kind, since, until in visits:
        used[person, f"{since:%Y-%m}", names[kind]] += 1
        if kind == "IMP" and until <= AS_OF.date():
            used[person, f"{until:%Y-%m}", "discharges"] += 1
            later = sorted(s for p, k, s, _ in visits if p == person and k == "IMP" and s > until)
            if later and (later[0] - until).days <= 30:
                used[person, f"{until:%Y-%m}", "readmissions"] += 1
    return dict(used)


def test_two_payers_for_one_day_are_one_day(engine):
    rows = months(
        engine,
        coverage=[
            ("p1", "plan", dt.date(2026, 9, 1), dt.date(2026, 9, 20)),
            ("p1", "cms", dt.date(2026, 9, 11), dt.date(2026, 9, 25)),
        ],
    )
    assert figures(rows, "month", "covered_days", "payers") == [("2026-09", 25, ["cms", "plan"])]


def test_nobody_is_covered_after_death_or_in_months_to_come(engine):
    rows = months(
        engine, coverage=[("p1", "plan", dt.date(2026, 9, 1), dt.date(2027, 12, 31))], died="2026-10-05 12:00"
    )
    assert figures(rows, "month", "covered_days") == [("2026-09", 30), ("2026-10", 5)]


@pytest.mark.parametrize(("back", "returned"), [("2026-09-01", 1), ("2026-09-02", 0)])
def test_a_return_counts_up_to_the_thirtieth_day(engine, back, returned):
    until = dt.date.fromisoformat(back) + dt.timedelta(days=3)
    rows = months(engine, stays=[("p1", "IMP", dt.date(2026, 7, 28), dt.date(2026, 8, 2)), ("p1", "IMP", back, until)])
    by_month = {row["month"]: row for row in rows}
    assert by_month["2026-08"]["discharges"] == 1 and by_month["2026-08"]["readmissions"] == returned


def test_an_emergency_visit_that_leads_to_a_stay_is_not_counted_beside_it(engine):
    rows = months(engine, stays=[("p1", "EMER", "2026-08-01", "2026-08-02"), ("p1", "IMP", "2026-08-03", "2026-08-06")])
    assert figures(rows, "emergency_visits", "stays") == [(0, 1)]


def claims_with_lags(lags: dict[int, int], first: str = "2025-01", last: str = "2026-11") -> list[dict]:
    """In every month `count` claims that come `lag` months later, as far as they have come by the day of looking."""
    made = []
    year, month = map(int, first.split("-"))
    while f"{year}-{month:02}" <= last:
        for lag, count in lags.items():
            later = month - 1 + lag
            known = dt.date(year + later // 12, later % 12 + 1, 20)
            if known <= AS_OF.date():
                made += [{"day": dt.date(year, month, 5), "known": known}] * count
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return made


def completeness(engine) -> dict[str, tuple]:
    asked = engine.execute(
        "SELECT strftime(month, '%Y-%m'), round(completeness, 3), complete FROM claim_month"
    ).fetchall()
    return {month: (share, complete) for month, share, complete in asked}


def test_completeness_is_the_share_that_had_come_by_that_age(engine):
    months(engine, claims=claims_with_lags({0: 50, 1: 30, 2: 16, 3: 4}))
    found = completeness(engine)
    assert found["2026-11"] == (0.0, False), "the month that is not over"
    assert found["2026-10"] == (0.5, False) and found["2026-09"] == (0.8, False)
    assert found["2026-08"] == (0.96, True) and found["2026-07"] == (1.0, True)


def test_a_month_of_a_person_is_complete_when_the_claims_of_all_who_pay_are(engine):
    cover = [("p1", "plan", dt.date(2026, 1, 1), None), ("p2", "nobody-tells", dt.date(2026, 1, 1), None)]
    rows = months(engine, coverage=cover, claims=claims_with_lags({0: 50, 1: 30, 2: 16, 3: 4}))
    told = {(row["person_id"], row["month"]): row["complete"] for row in rows}
    assert told["p1", "2026-07"] and not told["p1", "2026-09"]
    assert not any(complete for (person, _), complete in told.items() if person == "p2"), "no claims, nothing known"


def test_a_young_source_waits_for_the_run_out(engine):
    months(engine, claims=claims_with_lags({0: 5, 1: 5}, first="2026-06"))
    found = completeness(engine)
    assert found["2026-06"] == (None, True) and found["2026-09"] == (None, False)


def test_claims_without_a_day_of_knowing_wait_for_the_run_out(engine):
    months(engine, claims=[{"day": dt.date(2026, 7, 5)}, {"day": dt.date(2026, 9, 5)}])
    found = completeness(engine)
    assert found["2026-07"] == (None, True) and found["2026-08"] == (None, False) and found["2026-09"] == (None, False)


def test_a_month_that_is_not_complete_stands_apart_in_the_practices_figures(engine):
    months(
        engine,
        coverage=[("p1", "plan", dt.date(2026, 1, 1), None)],
        claims=claims_with_lags({0: 50, 1: 30, 2: 16, 3: 4}),
    )
    asked = "SELECT strftime(month, '%Y-%m'), complete, paid_amount, member_months FROM practice_month WHERE month >= '2026-08-01' ORDER BY 1"
    assert engine.execute(asked).fetchall() == [
        ("2026-08", True, Decimal("1000.00"), 1.0), ("2026-09", False, Decimal("960.00"), 1.0),
        ("2026-10", False, Decimal("800.00"), 1.0), ("2026-11", False, Decimal("500.00"), pytest.approx(23 / 30)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("2026-01-31", "2026-02-01", 1), ("2026-02-01", "2026-01-31", -1), ("2025-12-31", "2026-12-01", 12), ("2026-05-01", "2026-05-31", 0), ("2024-02-29", "2025-02-28", 12)],
)  # fmt: skip
def test_months_are_calendar_months(engine, one, other, apart):
    assert engine.execute("SELECT months_between(?::DATE, ?::DATE)", [one, other]).fetchall() == [(apart,)]
    (listed,) = engine.execute("SELECT months_from(?::DATE, ?::DATE)", [one, other]).fetchall()[0]
    assert len(listed) == max(0, apart + 1) and all(day.day == 1 for day in listed)
    assert listed[:1] == ([dt.date.fromisoformat(one).replace(day=1)] if apart >= 0 else [])
    assert monthrange(2026, 2)[1] == 28
