"""Each gate on small tables: a case just inside and one just outside, and what becomes of a failure."""

from datetime import date, timedelta

import pytest

from bluering.errors import BadInput
from bluering.quality import gates, tables, unmapped
from bluering.quality.models import DataGap, GateResult, UnmappedCode
from bluering.record import engine

TODAY = date.today()
LOINC = "http://loinc.org|4548-4"


@pytest.fixture
def record():
    """The record's tables, empty, in memory."""
    connection = engine.plain()
    connection.execute(engine.macros())
    engine.add_tables(connection)
    tables.lay(connection)
    yield connection
    connection.close()


def put(record, table: str, **values) -> None:
    values = {"person_id": "p1", "source": "ehr", "id": "1"} | values
    marks = ", ".join("?" * len(values))
    record.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))


def found(record, gate: str) -> tuple[int, int]:
    result = gates.measure(record, next(one for one in gates.load_gates() if one.id == gate))
    assert len(result.samples) == min(result.found, 10)
    return result.found, result.total


@pytest.mark.parametrize("gate", gates.load_gates(), ids=lambda gate: gate.id)
def test_an_empty_record_passes(record, gate):
    result = gates.measure(record, gate)
    assert (result.found, result.total, result.passed) == (0, 0, True)


@pytest.mark.parametrize(
    ("birth", "wrong"),
    [(TODAY, 0), (TODAY + timedelta(days=1), 1), (TODAY.replace(year=TODAY.year - 119), 0),
     (TODAY.replace(year=TODAY.year - 121), 1)],
)  # fmt: skip
def test_births(record, birth, wrong):
    put(record, "patient", birth_date=birth)
    assert found(record, "impossible_dates") == (wrong, 1)


@pytest.mark.parametrize(
    ("happened", "wrong"),
    [("1990-05-01", 0), ("1990-04-30", 1), ("2020-03-02", 0), ("2020-03-03", 1)],
)
def test_facts_before_birth_and_after_death(record, happened, wrong):
    put(record, "patient", birth_date="1990-05-01", deceased_datetime="2020-03-01T12:00:00-06:00")
    put(record, "encounter", start_datetime=f"{happened}T12:00:00-06:00")
    assert found(record, "impossible_dates") == (wrong, 2)


@pytest.mark.parametrize(("days", "wrong"), [(700, 0), (800, 1)])
def test_facts_far_ahead_also_of_nobody_known(record, days, wrong):
    put(record, "observation", person_id=None, effective_datetime=f"{TODAY + timedelta(days=days)}T12:00:00Z")
    assert found(record, "impossible_dates") == (wrong, 1)


def a1c(record, id, **more):
    put(
        record,
        "observation",
        id=id,
        **{"code": "4548-4", "effective_datetime": "2026-01-05T09:00Z", "value_quantity": 7.1} | more,
    )


@pytest.mark.parametrize(
    ("other", "wrong"),
    [({}, 1), ({"value_quantity": 7.2}, 0), ({"effective_datetime": "2026-01-05T09:01Z"}, 0), ({"source": "lab"}, 0),
     ({"person_id": "p2"}, 0)],
)  # fmt: skip
def test_the_same_fact_under_two_ids_of_one_source(record, other, wrong):
    a1c(record, "1"), a1c(record, "2", **other)
    assert found(record, "duplicates") == (wrong, 2)


def test_three_times_the_same_is_two_too_many(record):
    a1c(record, "1"), a1c(record, "2"), a1c(record, "3")
    assert found(record, "duplicates") == (2, 3)


@pytest.mark.parametrize(
    ("codes", "wrong"),
    [([LOINC], 0), (["local|A1C", LOINC], 0), (["local|A1C"], 1), ([], 1), (None, 1), (["|4548-4"], 1),
     (["http://loinc.org.example|1"], 1)],
)  # fmt: skip
def test_codes_without_a_known_system(record, codes, wrong):
    put(record, "observation", code_codes=codes)
    assert found(record, "codes_unknown") == (wrong, 1)


@pytest.mark.parametrize(("identifiers", "wrong"), [(["urn:x|1"], 0), (["|1"], 0), (["urn:x|"], 1), ([], 1), (None, 1)])
def test_patients_without_any_identifier(record, identifiers, wrong):
    put(record, "patient", identifiers=identifiers)
    assert found(record, "persons_without_identifier") == (wrong, 1)


@pytest.mark.parametrize(("wrong", "passed"), [(1, True), (2, False)])
def test_a_gate_fails_above_its_limit(record, wrong, passed):
    for number in range(100):
        put(record, "patient", id=str(number), identifiers=[] if number < wrong else ["x|1"])
    gate = next(one for one in gates.load_gates() if one.id == "persons_without_identifier")
    result = gates.measure(record, gate)
    assert (gate.limit, result.value, result.passed) == (0.01, wrong / 100, passed)


def test_a_failure_blocks_figures_opens_a_gap_and_ends_by_itself(db, record):
    put(record, "patient", identifiers=[])
    gates.look(record)
    first = gates.latest()["persons_without_identifier"]
    gates.look(record)
    again = gates.latest()["persons_without_identifier"]
    assert not again.passed and again.since == first.since == first.at, "it has failed since the first time"
    assert [gate.id for gate, _ in gates.blocked("gaps")] == ["persons_without_identifier"]
    assert not gates.blocked("something else")
    gap = DataGap.objects.get()
    assert (gap.rule, gap.subject, gap.state) == ("gate_failed", "persons_without_identifier", "open")
    assert "1 of 1 (100.00%), at most 1.00%" in gap.sentence
    record.execute("UPDATE patient SET identifiers = ['x|1']")
    gates.look(record)
    gap.refresh_from_db()
    assert (gap.state, gap.closed_by) == ("closed", "The gate passes again.") and not gates.blocked("gaps")


def test_samples_are_opaque(record):
    put(record, "observation", id="MRN-4711", code_codes=[])
    gate = next(one for one in gates.load_gates() if one.id == "codes_unknown")
    assert "4711" not in str(gates.measure(record, gate).samples)


def test_old_results_go(db, record, monkeypatch):
    monkeypatch.setattr(gates, "KEPT_RESULTS", 2)
    for _ in range(4):
        gates.look(record)
    assert GateResult.objects.filter(gate="duplicates").count() == 2


def test_a_gate_without_its_parts_says_which_file(tmp_path):
    with pytest.raises(BadInput, match=r"broken\.yaml: title, sentence"):
        gates.read_gate("broken.yaml", "id: x\n")


def test_unmapped_codes_are_counted_with_when_they_were_first_seen(db, record):
    for number in range(3):
        put(record, "observation", id=str(number), code_codes=["local|A1C"], code_text="Hemoglobin A1c")
    put(record, "condition", id="9", code_codes=None, code_text="what somebody typed")
    assert unmapped.refresh(record) == 2
    code = UnmappedCode.objects.get(code="A1C")
    assert (code.source, code.table, code.system, code.text, code.count) == (
        "ehr",
        "observation",
        "local",
        "Hemoglobin A1c",
        3,
    )
    assert UnmappedCode.objects.get(code="").text == "", "free text is not kept"
    seen = code.first_seen
    put(record, "observation", id="4", code_codes=["local|A1C"])
    put(record, "observation", id="5", code_codes=["local|BP"])
    unmapped.refresh(record)
    assert UnmappedCode.objects.get(code="A1C").first_seen == seen < UnmappedCode.objects.get(code="BP").first_seen
    assert UnmappedCode.objects.get(code="A1C").count == 4
