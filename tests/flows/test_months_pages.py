"""Cost and use: who may see it, what it averages, and that figures are not shown while a gate fails."""

import datetime as dt

import pytest
from django.utils import timezone

from bluering import pipeline
from bluering.access.models import Role, User
from bluering.evaluation.person_month import build
from bluering.quality.models import GateResult
from tests.flows.test_load import patient, write

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def user(role: str) -> User:
    return User.objects.create_user(username=role, password="x", role=role)


def claim(number: int, month: dt.date, paid: int, lag: int) -> dict:
    return {
        "resourceType": "ExplanationOfBenefit", "id": f"c{number}", "status": "active", "use": "claim", "patient": {"reference": "Patient/p1"},
        "type": {"coding": [{"code": "professional"}]}, "billablePeriod": {"start": month.isoformat(), "end": month.isoformat()},
        "created": (month + dt.timedelta(days=lag)).isoformat(), "payment": {"amount": {"value": paid, "currency": "USD"}},
        "insurance": [{"focal": True, "coverage": {"reference": "Coverage/k"}}],
    }  # fmt: skip


def month_before(day: dt.date, count: int) -> dt.date:
    """The third of the month so many months earlier."""
    number = day.year * 12 + day.month - 1 - count
    return dt.date(number // 12, number % 12 + 1, 3)


@pytest.fixture
def practice(tmp_path):
    """One member for two years; claims of 100 a month, all of them known ten days later."""
    today = timezone.localdate()
    months = [month_before(today, n) for n in range(1, 25)]
    cover = {
        "resourceType": "Coverage", "id": "k", "status": "active", "beneficiary": {"reference": "Patient/p1"}, "payor": [{"display": "Plan"}],
        "period": {"start": (today - dt.timedelta(days=900)).isoformat()},
    }  # fmt: skip
    claims = [claim(n, month, 100, 10) for n, month in enumerate(months)]
    recent = claim(99, today, 900, 0)
    pipeline.load([write(tmp_path, "a.ndjson", patient("p1"), cover, *claims, recent)], source="plan")
    build()


def test_averages_are_of_complete_months(client, practice):
    client.force_login(user(Role.ADMINISTRATOR))
    page = client.get("/months/").content.decode()
    assert '<p class="figure">$100</p>' in page, "the newest month, which is not over, would have raised it"
    assert "complete</span>" in page and "still coming" in page
    assert "Clinicians" in page and "Hospice" not in page


def test_a_source_shows_how_its_claims_come(client, practice):
    client.force_login(user(Role.DATA_STEWARD))
    from bluering.quality.models import Source

    Source.objects.get_or_create(name="plan")
    page = client.get("/sources/plan/").content.decode()
    assert "Claims by month of care" in page and "10 days from care to payment" in page


def test_figures_are_not_shown_while_a_gate_fails(client, practice):
    GateResult.objects.create(
        gate="duplicates",
        at=timezone.now(),
        since=timezone.now(),
        value=0.5,
        limit=0.02,
        found=1,
        total=2,
        passed=False,
    )
    client.force_login(user(Role.ADMINISTRATOR))
    page = client.get("/months/").content.decode()
    assert "Not shown" in page and "The same fact twice" in page and 'class="figure"' not in page


def test_without_claims_the_page_teaches(client, db):
    client.force_login(user(Role.ADMINISTRATOR))
    page = client.get("/months/").content.decode()
    assert "No months yet" in page and "bluering load" in page


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN, Role.DATA_STEWARD])
def test_cost_is_for_those_who_may_see_it(client, db, role):
    client.force_login(user(role))
    answer = client.get("/months/")
    assert answer.status_code == 403 and "Cost and use" not in client.get("/").content.decode()


def test_nobody_sees_it_without_logging_in(client, db):
    assert client.get("/months/").status_code == 302
