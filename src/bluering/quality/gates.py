"""Gates: what the record must hold up to before figures are built on it. Each is a file in `rules/gates`."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import yaml
from django.db import transaction
from django.utils import timezone

from bluering.errors import BadInput
from bluering.quality.ledger import reconcile
from bluering.quality.models import GateResult

RULE = "gate_failed"
NEEDED = ("id", "title", "sentence", "counts", "limit", "blocks", "sql")
KEPT_RESULTS = 200


@dataclass(frozen=True)
class Gate:
    """`sql` gives one row: found, total, samples (opaque ids). The gate fails when found / total is above `limit`."""

    id: str
    title: str
    sentence: str
    counts: str
    limit: float
    blocks: tuple[str, ...]
    sql: str


@cache
def load_gates() -> tuple[Gate, ...]:
    """Every gate, by id. Raises BadInput that names the file."""
    folder = files("bluering.rules") / "gates"
    return tuple(read_gate(path.name, path.read_text()) for path in sorted(folder.iterdir(), key=lambda p: p.name))


def read_gate(name: str, text: str) -> Gate:
    said: Any = yaml.safe_load(text)
    missing = [key for key in NEEDED if not isinstance(said, dict) or key not in said]
    if missing:
        raise BadInput(f"{name}: {', '.join(missing)} missing; a gate says {', '.join(NEEDED)}.")
    return Gate(**{key: said[key] for key in NEEDED} | {"limit": float(said["limit"]), "blocks": tuple(said["blocks"])})


def measure(connection: duckdb.DuckDBPyConnection, gate: Gate) -> GateResult:
    """One look, not yet kept. A record without anything to count passes."""
    found, total, samples = connection.execute(gate.sql).fetchall()[0]
    value = (found or 0) / total if total else 0.0
    return GateResult(
        gate=gate.id, at=timezone.now(), value=value, limit=gate.limit, found=found or 0, total=total or 0,
        passed=value <= gate.limit, samples=list(samples or []),
    )  # fmt: skip


def look(connection: duckdb.DuckDBPyConnection) -> list[GateResult]:
    """Every gate over the record's views; results are kept, and a failing gate is a gap for the data steward."""
    return keep([measure(connection, gate) for gate in load_gates()])


@transaction.atomic
def keep(results: list[GateResult]) -> list[GateResult]:
    before, titles = latest(), {gate.id: gate.title for gate in load_gates()}
    for result in results:
        earlier = before.get(result.gate)
        result.since = None if result.passed else (earlier.since if earlier and earlier.since else result.at)
        result.save()
        old = GateResult.objects.filter(gate=result.gate).order_by("-id").values_list("id", flat=True)[KEPT_RESULTS:]
        GateResult.objects.filter(id__in=list(old)).delete()
    failing = {r.gate: (r.since or r.at, f"{titles.get(r.gate, r.gate)}: {said(r)}") for r in results if not r.passed}
    reconcile(RULE, failing, "The gate passes again.")
    return results


def latest() -> dict[str, GateResult]:
    """Gate → its newest result."""
    newest: dict[str, GateResult] = {}
    for gate in load_gates():
        if result := GateResult.objects.filter(gate=gate.id).order_by("-id").first():
            newest[gate.id] = result
    return newest


def blocked(figure: str) -> list[tuple[Gate, GateResult]]:
    """The gates that fail and block this figure, with their results; empty when it may be shown."""
    results = latest()
    return [
        (gate, results[gate.id])
        for gate in load_gates()
        if figure in gate.blocks and gate.id in results and not results[gate.id].passed
    ]


def said(result: GateResult) -> str:
    """12 of 4,000 (0.3 %), at most 0.1 %."""
    return f"{result.found:,} of {result.total:,} ({result.value:.2%}), at most {result.limit:.2%}"
