"""Every rule on its own small people: the tables in, the gaps out, as the rule's vectors.txt says."""

import pytest

from bluering.population.findings import may_find
from bluering.population.rules import all_rules, table_rules
from bluering.population.vectors import differences, empty_engine, parse, run_case

CASES = [
    (rule, case) for rule in [*table_rules(), *all_rules()] for case in parse(rule.vectors, f"{rule.id}/vectors.txt")
]


@pytest.fixture(scope="module")
def engine():
    with empty_engine() as connection:
        yield connection


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule.id}: {case.name}" for rule, case in CASES])
def test_vector(engine, rule, case):
    rows = run_case(engine, rule, case)
    assert differences(rows, case) == []
    assert may_find(engine, [rule])[0] or not rows, "a rule that finds something has a row to start from"
