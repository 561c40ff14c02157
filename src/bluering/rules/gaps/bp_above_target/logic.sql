-- Persons 18 to 85 with essential hypertension ...
WITH hypertensive AS (
    SELECT p.person_id, arg_min(p.source, p.id) AS source, min(p.id) AS id, any_value(p.label) AS label
    FROM problem p JOIN living l USING (person_id)
    WHERE p.problem = 'essential_hypertension' AND age_on(l.birth_date, as_of_date()) BETWEEN 18 AND 85
    GROUP BY p.person_id
),
-- ... without kidney failure, pregnancy, hospice or palliative care ...
counted AS (
    SELECT h.* FROM hypertensive h
    ANTI JOIN (SELECT person_id FROM problem
               WHERE problem IN ('kidney_failure', 'pregnancy', 'hospice_or_palliative')) x USING (person_id)
),
-- ... whose most recent blood pressure outside hospital ...
latest AS (
    SELECT person_id, max(on_day) AS on_day,
           arg_max(systolic, on_day)::INT AS systolic, arg_max(diastolic, on_day)::INT AS diastolic,
           arg_max(source, on_day) AS source, arg_max(id, on_day) AS id
    FROM blood_pressure SEMI JOIN counted USING (person_id)
    GROUP BY person_id
)
-- ... is not below 140 and below 90.
SELECT l.person_id,
       'blood-pressure' AS key,
       l.on_day + getvariable('recheck_days')::INT AS due_date,
       severity_by(l.on_day + getvariable('recheck_days')::INT, 'gap') AS severity,
       'Blood pressure ' || l.systolic || '/' || l.diastolic AS title,
       'The last reading, on ' || said(l.on_day) || ', is not below ' || getvariable('systolic_limit') || '/'
           || getvariable('diastolic_limit') || ' in a person with hypertension.' AS sentence,
       'clinician' AS owner,
       '' AS with_whom,
       l.source || '/Observation/' || l.id AS fact_key,
       to_json([evidence('observation', l.id, l.source, 'Blood pressure', l.on_day, l.systolic || '/' || l.diastolic || ' mmHg'),
                evidence('condition', c.id, c.source, c.label, NULL, NULL)]) AS evidence,
       CASE WHEN l.systolic < getvariable('systolic_limit') AND l.diastolic < getvariable('diastolic_limit')
            THEN 'Now ' || l.systolic || '/' || l.diastolic || ', on ' || said(l.on_day) END AS closed_by
FROM latest l JOIN counted c USING (person_id)
