"""The table of person-months, and how much of each month's claims has come, in one engine."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files

import duckdb

from bluering.intake.claims.settings import settings
from bluering.population.engine import set_variables
from bluering.population.rules import shared_table

SETTINGS = (
    "inpatient", "emergency", "outpatient", "professional", "nursing", "home_health", "hospice", "equipment", "pharmacy", "other",
)  # fmt: skip
COUNTS = ("emergency_visits", "stays", "observation_stays", "nursing_stays", "discharges", "readmissions")
EVERY_STAY = 100_000


def compute(connection: duckdb.DuckDBPyConnection, *, as_of: datetime, parameters: Mapping[str, object]) -> None:
    """Make the tables `person_month` and `claim_month` from the record's tables; the stays, told once, first."""
    lay_stays(connection, as_of=as_of)
    set_variables(connection, parameters)
    back = parameters["months_back"]
    connection.execute(f"SET VARIABLE first_month = month_of(as_of_date()) - to_months({int(str(back))})")
    connection.execute(settings())
    for name in ("claims", "coverage", "visits", "completeness", "months", "practice"):
        connection.execute(_text(name).format(**PARTS))


def lay_stays(connection: duckdb.DuckDBPyConnection, *, as_of: datetime) -> None:
    """The table `stay` of everybody and of all time."""
    sql, parameters = shared_table("stay")
    set_variables(connection, {**parameters, "as_of": as_of, "stay_days": EVERY_STAY})
    connection.execute(f"CREATE OR REPLACE TEMP TABLE stay AS {sql}")


PARTS = {
    "settings": ", ".join(f"sum(paid) FILTER (setting = '{name}') AS {name}_amount" for name in SETTINGS),
    "amounts": ", ".join(f"coalesce(p.{name}_amount, 0)::DECIMAL(18, 2) AS {name}_amount" for name in SETTINGS),
    "event_counts": ", ".join(f"count(*) FILTER (what = '{name}') AS {name}" for name in COUNTS),
    "sums": ", ".join(
        [f"sum({name})::BIGINT AS {name}" for name in COUNTS]
        + [f"sum({name}_amount)::DECIMAL(18, 2) AS {name}_amount" for name in SETTINGS]
    ),
    "counts": ", ".join(f"coalesce(u.{name}, 0) AS {name}" for name in COUNTS),
}


@cache
def _text(name: str) -> str:
    return (files(__package__) / f"{name}.sql").read_text()
