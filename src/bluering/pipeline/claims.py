"""What the record knows of claims that a payer tells about again: earlier versions, persons, and what was derived from them."""

import json
from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from bluering.intake.claims.derived.derive import CLAIMS, TABLE
from bluering.intake.fhir.parse import Lines
from bluering.intake.reading import Resource
from bluering.record import engine
from bluering.record.viewdefinition.catalog import main_table

GROUP = "https://bluebutton.cms.gov/resources/identifier/claim-group|"
CLAIM = "https://bluebutton.cms.gov/resources/variables/clm_id|"
NUMBER = "list_filter(identifiers, lambda i: starts_with(i, '{system}'))[1][{after}:]"
STANDING = """
SELECT * FROM (
  SELECT {group} AS claim_group, {claim} AS uid, json_extract_string(resource, '$.created') AS effective, resource AS raw,
    CASE json_extract_string(resource, '$.disposition') WHEN 'Cancellation' THEN 1 WHEN 'Adjusted claim' THEN 2 ELSE 0 END::INTEGER AS adjustment
  FROM {rows}
  WHERE source = $source AND NOT stale AND len(identifiers) > 0 AND row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL))
SEMI JOIN (SELECT unnest($groups::TEXT[]) AS claim_group) USING (claim_group)
"""
KNOWN = "SELECT DISTINCT id FROM {rows} WHERE source = $source AND NOT stale AND id IN (SELECT unnest($ids::TEXT[]))"


def standing_claims(source: str, groups: Sequence[str]) -> pa.Table:
    """The standing claims of these groups: claim_group, uid, effective (YYYY-MM-DD), raw (the resource), adjustment (0, 1, 2)."""
    sql = STANDING.format(
        rows=engine.source_rows(main_table("ExplanationOfBenefit")),
        group=NUMBER.format(system=GROUP, after=len(GROUP) + 1),
        claim=NUMBER.format(system=CLAIM, after=len(CLAIM) + 1),
    )
    return engine.plain().sql(sql, params={"source": source, "groups": list(groups)}).to_arrow_table()


def known_patients(source: str, ids: Sequence[str]) -> set[str]:
    """Those of these Patient ids that the source has told already."""
    sql = KNOWN.format(rows=engine.source_rows(main_table("Patient")))
    found = engine.plain().execute(sql, {"source": source, "ids": list(ids)}).fetchall()
    return {one for (one,) in found}


def patients_of_claims(source: str, ids: Sequence[str]) -> dict[str, str]:
    """References to the patients of those of these claims that the source has told."""
    if not ids:
        return {}
    rows = engine.source_rows(main_table("ExplanationOfBenefit"))
    sql = f"SELECT id, json_extract_string(resource, '$.patient.reference') FROM {rows} WHERE source = $source AND NOT stale AND id IN (SELECT unnest($ids::TEXT[]))"
    return dict(engine.plain().execute(sql, {"source": source, "ids": list(ids)}).fetchall())


PAYER = "https://bluering.example.org/payer-claim-number|"
REPLACED = """
WITH told AS (
  SELECT id, identifiers, resource FROM {rows}
  WHERE source = $source AND NOT stale AND row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL)),
paid AS (
  SELECT replace(json_extract_string(resource, '$.claim.reference'), 'ExplanationOfBenefit/', '') AS id, unnest(identifiers) AS number FROM told
  WHERE json_extract_string(resource, '$.claim.reference') IS NOT NULL)
SELECT DISTINCT ON (t.id) substr(p.number, $after), t.resource FROM paid p JOIN told t USING (id)
WHERE list_contains($numbers::TEXT[], p.number) AND json_extract_string(t.resource, '$.status') = 'active'
"""


def replaced_claims(source: str, news: Sequence[Resource]) -> list[Resource]:
    """Claims that these replace or void under another number of their own, known by the payer's: the same, now cancelled.

    The payer's number of a claim is told by its payment (835); a claim that was never paid keeps standing.
    """
    by_number = {
        PAYER + one["reference"]["value"]: claim
        for claim in news
        for one in claim.get("related", ())
        if claim["resourceType"] == "ExplanationOfBenefit"
    }
    if not by_number:
        return []
    sql = REPLACED.format(rows=engine.source_rows(main_table("ExplanationOfBenefit")))
    told = {"source": source, "numbers": list(by_number), "after": len(PAYER) + 1}
    found = engine.plain().execute(sql, told).fetchall()
    made = [(by_number[PAYER + number], json.loads(raw)) for number, raw in found]
    return [
        old | {"status": "cancelled", "meta": new["meta"]}
        for new, old in made
        if old["id"] != new["id"] and "meta" in new
    ]


# How each kind says that it was told in error.
WITHDRAWN = {
    "Encounter": {"status": "entered-in-error"},
    "Condition": {
        "verificationStatus": {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "entered-in-error"}
            ]
        }
    },
    "Procedure": {"status": "entered-in-error"},
    "MedicationDispense": {"status": "entered-in-error"},
}
LEFT_OVER = """
SELECT json_merge_patch(resource, to_json(struct_pack(meta := {{'lastUpdated': c.updated}})), $patch::JSON)::TEXT AS raw
FROM {rows} r JOIN {claims} c ON c.prefix = split_part(r.id, '-', 1)
WHERE r.source = $source AND NOT r.stale AND r.id NOT IN (SELECT id FROM {derived} WHERE id IS NOT NULL)
  AND r.row_id NOT IN (SELECT replaces FROM {rows} WHERE replaces IS NOT NULL)
  AND NOT contains(resource, 'entered-in-error') AND NOT coalesce(r.updated > TRY_CAST(c.updated AS TIMESTAMPTZ), false)
"""


def withdrawn_lines(connection: duckdb.DuckDBPyConnection, source: str) -> Iterator[Lines]:
    """What earlier versions of this load's claims told and the ones of today do not: the same resources, now entered in error."""
    cursor = connection.cursor()
    if not cursor.sql(f"SELECT 1 FROM {CLAIMS} LIMIT 1").fetchall():
        return
    for name, patch in WITHDRAWN.items():
        rows = engine.source_rows(main_table(name))
        sql = LEFT_OVER.format(rows=rows, claims=CLAIMS, derived=TABLE)
        found = cursor.sql(sql, params={"source": source, "patch": json.dumps(patch)}).to_arrow_table()
        if len(found):
            places = pa.array(range(1, len(found) + 1), pa.int64())
            yield Lines(pa.table({"place": places, "raw": found["raw"].cast(pa.large_string())}), [], found.nbytes)
