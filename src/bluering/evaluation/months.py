"""Reads of person-months for pages: the practice by month, averages over complete months only, and how each source's claims come in."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bluering.evaluation.person_month.building import Built, current, root
from bluering.evaluation.person_month.compute import SETTINGS
from bluering.record.built import rows

AVERAGED = 12
PER = 12_000  # member-months in 1,000 years of membership


@dataclass(frozen=True)
class PracticeMonth:
    """The practice in one calendar month. Costs are what payers paid; `complete` says whether its claims have come."""

    month: dt.date
    complete: bool
    completeness: float | None
    persons: int
    member_months: float
    paid: Decimal
    by_setting: dict[str, Decimal]
    emergency_visits: int
    stays: int
    discharges: int
    readmissions: int

    @property
    def paid_per_member(self) -> float:
        """Dollars for each member and month."""
        return float(self.paid) / self.member_months if self.member_months else 0.0

    @property
    def emergency_rate(self) -> float:
        """Visits for each 1,000 members and year."""
        return PER * self.emergency_visits / self.member_months if self.member_months else 0.0

    @property
    def stay_rate(self) -> float:
        """Hospital stays for each 1,000 members and year."""
        return PER * self.stays / self.member_months if self.member_months else 0.0

    @property
    def return_share(self) -> float | None:
        """Of the discharges, those followed by another stay within 30 days; None when nobody was discharged."""
        return self.readmissions / self.discharges if self.discharges else None


@dataclass(frozen=True)
class ClaimMonth:
    """One source's claims of one month: how many have come, the median days from care to knowing, the share that is here."""

    month: dt.date
    claims: int
    paid: Decimal
    lag_days: float | None
    completeness: float | None
    complete: bool


def practice_months() -> list[PracticeMonth]:
    """Every month of the last build, the oldest first; empty when nothing was built."""
    return [_practice_month(row) for row in rows(root(), "practice_month", "ORDER BY month")]


def together(months: list[PracticeMonth]) -> PracticeMonth | None:
    """The newest twelve complete months as one, for averages; months whose claims have not all come are left out."""
    counted = [one for one in months if one.complete][-AVERAGED:]
    if not counted:
        return None
    return PracticeMonth(
        month=counted[-1].month, complete=True, completeness=None, persons=max(one.persons for one in counted),
        member_months=sum(one.member_months for one in counted), paid=sum((one.paid for one in counted), Decimal()),
        by_setting={name: sum((one.by_setting[name] for one in counted), Decimal()) for name in SETTINGS},
        emergency_visits=sum(one.emergency_visits for one in counted), stays=sum(one.stays for one in counted),
        discharges=sum(one.discharges for one in counted), readmissions=sum(one.readmissions for one in counted),
    )  # fmt: skip


def claim_months(source: str) -> list[ClaimMonth]:
    """How one source's claims came in by month, the oldest first."""
    found = rows(root(), "claim_month", "WHERE source = ? ORDER BY month", [source])
    return [
        ClaimMonth(r["month"], r["claims"], r["paid_amount"], r["lag_days"], r["completeness"], r["complete"])
        for r in found
    ]


def last_build() -> Built | None:
    """When the table was built, of how many persons and months."""
    return current()


def _practice_month(row: dict[str, Any]) -> PracticeMonth:
    return PracticeMonth(
        month=row["month"], complete=row["complete"], completeness=row["completeness"], persons=row["persons"],
        member_months=row["member_months"], paid=row["paid_amount"],
        by_setting={name: row[f"{name}_amount"] for name in SETTINGS},
        emergency_visits=row["emergency_visits"], stays=row["stays"],
        discharges=row["discharges"], readmissions=row["readmissions"],
    )  # fmt: skip
