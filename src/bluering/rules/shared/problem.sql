-- Active conditions by the value set they fall in; a condition in two sets has two rows.
-- Codes are looked up once per different list of codes, not once per row.
-- A claim may name what was ruled out. So a diagnosis that only claims outside of stays tell counts when they tell it of two days
-- (CMS Chronic Conditions Data Warehouse, algorithms: one inpatient or skilled nursing claim, or two others a day or more apart).
WITH code_list AS (
    SELECT DISTINCT code_codes FROM condition
),
listed AS (
    SELECT code_codes, unnest(code_codes) AS code FROM code_list
),
member AS (
    SELECT code, name FROM (SELECT DISTINCT code FROM listed) JOIN value_set USING (code) WHERE NOT is_prefix
    UNION
    SELECT seen.code, name
    FROM (SELECT DISTINCT code FROM listed) AS seen
    JOIN value_set ON is_prefix AND starts_with(seen.code, value_set.code)
),
list_member AS (
    SELECT DISTINCT code_codes, name FROM listed JOIN member USING (code)
)
SELECT c.person_id, m.name AS problem, c.source, c.id, c.code_text AS label,
       coalesce(c.onset_datetime, c.recorded_datetime) AS since,
       c.recorded_datetime,
       coalesce(c.asserter_display, c.recorder_display) AS clinician
FROM condition c
JOIN list_member m ON m.code_codes = c.code_codes
JOIN living ON living.person_id = c.person_id
WHERE coalesce(c.clinical_status, 'active') IN ('active', 'recurrence', 'relapse')
  AND coalesce(c.verification_status, 'confirmed') NOT IN ('refuted', 'entered-in-error')
  AND coalesce(c.abatement_datetime > getvariable('as_of'), TRUE)
  AND coalesce(c.onset_datetime <= getvariable('as_of'), TRUE)
WINDOW same_problem AS (PARTITION BY c.person_id, m.name)
QUALIFY NOT coalesce(c.verification_status = 'provisional' AND list_contains(c.tag_codes, 'claim-derived'), FALSE)
     OR min(c.recorded_datetime::DATE) OVER same_problem < max(c.recorded_datetime::DATE) OVER same_problem
