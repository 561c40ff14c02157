-- How people in a program go, for the registry: of each score and value the first (the last one up to the first day, not older than
-- 90 days; else the first after it) and the last. Of several PHQ-9 or GAD-7 on a day the highest counts.
WITH reading AS (
    SELECT person_id, CASE measure WHEN 'phq9_total' THEN 'phq9' WHEN 'gad7_total' THEN 'gad7' ELSE 'a1c' END AS measure,
           at_datetime::DATE AS on_day, value, NULL::DOUBLE AS second
    FROM measurement
    SEMI JOIN episode USING (person_id)
    WHERE measure IN ('phq9_total', 'gad7_total', 'hba1c')
    QUALIFY row_number() OVER (PARTITION BY person_id, measure, on_day ORDER BY value DESC) = 1
    UNION ALL
    SELECT person_id, 'bp', on_day, systolic, diastolic FROM blood_pressure SEMI JOIN episode USING (person_id)
),
during AS (
    SELECT e.program, e.since_date, r.*
    FROM episode e JOIN reading r ON r.person_id = e.person_id AND r.on_day >= e.since_date - 90
    WHERE e.state IN ('active', 'stepping_down', 'paused', 'graduated')
)
SELECT person_id, program, measure,
       coalesce(arg_max(value, on_day) FILTER (on_day <= since_date), arg_min(value, on_day)) AS first_value,
       coalesce(arg_max(second, on_day) FILTER (on_day <= since_date), arg_min(second, on_day)) AS first_second,
       coalesce(max(on_day) FILTER (on_day <= since_date), min(on_day)) AS first_on,
       arg_max(value, on_day) AS last_value, arg_max(second, on_day) AS last_second, max(on_day) AS last_on
FROM during
GROUP BY person_id, program, measure
