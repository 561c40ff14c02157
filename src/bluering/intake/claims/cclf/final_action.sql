-- What stands of each claim. `standing` holds what the record knows of the same groups: claim_group, uid, adjustment, effective, raw.
-- A group of originals alone are different claims, and all stand. As soon as one was cancelled or adjusted, the version of the latest day
-- stands, and nothing when that is the cancellation.
CREATE OR REPLACE TEMP TABLE decided AS
WITH everything AS (
  SELECT claim_group, uid, adjustment, effective FROM told_version
  UNION SELECT claim_group, uid, adjustment, effective FROM standing),
final AS (
  SELECT claim_group, bool_or(adjustment > 0) AS changed,
    arg_max({'uid': uid, 'adjustment': adjustment}, (effective, CASE adjustment WHEN 2 THEN 2 WHEN 1 THEN 1 ELSE 0 END, uid)) AS last,
    max(effective) AS last_effective, list(DISTINCT uid ORDER BY uid) AS uids
  FROM everything GROUP BY claim_group)
SELECT claim_group, v.uid,
  changed AND (last.uid != v.uid OR last.adjustment = 1) AS cancelled,
  CASE WHEN changed THEN last_effective ELSE v.effective END AS updated,
  CASE WHEN last.uid = v.uid AND last.adjustment = 2 THEN list_filter(uids, lambda other: other != v.uid) ELSE [] END AS earlier
FROM (SELECT claim_group, uid, max(effective) AS effective FROM everything GROUP BY ALL) v JOIN final USING (claim_group);

-- One row for each claim that this load tells about: its last version.
CREATE OR REPLACE TEMP TABLE version AS
SELECT t.*, d.cancelled, d.updated, d.earlier,
  CASE adjustment WHEN 1 THEN 'Cancellation' WHEN 2 THEN 'Adjusted claim' ELSE 'Original claim' END AS disposition
FROM told_version t JOIN decided d USING (claim_group, uid)
QUALIFY row_number() OVER (PARTITION BY kind, uid ORDER BY effective DESC, adjustment DESC, place DESC) = 1;

-- Claims of earlier loads of which this load brought a cancellation or an adjustment.
CREATE OR REPLACE TEMP TABLE made_cancellations AS
SELECT (SELECT min(place) FROM told_version t WHERE t.claim_group = s.claim_group) + row_number() OVER () AS place,
  json_merge_patch(raw, to_json({'status': 'cancelled', 'meta': {'lastUpdated': d.updated || 'T00:00:00Z'}}))::TEXT AS raw
FROM standing s JOIN decided d USING (claim_group, uid)
WHERE d.cancelled AND json_extract_string(raw, '$.status') = 'active' AND uid NOT IN (SELECT uid FROM version WHERE version.claim_group = s.claim_group)
