"""What the record knows of claims that a payer tells about again: earlier versions, and persons."""

from collections.abc import Sequence

import pyarrow as pa

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
