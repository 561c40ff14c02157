"""One row a person and month: days covered, cost by setting, emergency visits, stays, returns, and how much of it has come.

In: the record's coverages, claims and encounters. Out: `person_month` and `claim_month`, as files that are replaced as a whole.
"""

from bluering.evaluation.person_month.building import Built, build
from bluering.evaluation.person_month.compute import COUNTS, SETTINGS

__all__ = ["COUNTS", "SETTINGS", "Built", "build"]
