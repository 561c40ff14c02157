-- Persons 18 to 75 with diabetes, without hospice or palliative care ...
WITH diabetic AS (
    SELECT p.person_id, min(p.id) AS id, arg_min(p.source, p.id) AS source, any_value(p.label) AS label,
           min(p.recorded_datetime)::DATE AS known_since
    FROM problem p JOIN living l USING (person_id)
    WHERE p.problem = 'diabetes' AND age_on(l.birth_date, as_of_date()) BETWEEN 18 AND 75
    GROUP BY p.person_id
),
counted AS (
    SELECT d.* FROM diabetic d
    ANTI JOIN (SELECT person_id FROM problem WHERE problem = 'hospice_or_palliative') x USING (person_id)
),
-- ... whose most recent A1c ...
latest AS (
    SELECT m.person_id, max(m.at_datetime)::DATE AS on_day,
           arg_max(m.value, m.at_datetime) AS value,
           arg_max(m.source, m.at_datetime) AS source, arg_max(m.id, m.at_datetime) AS id
    FROM measurement m SEMI JOIN counted USING (person_id)
    WHERE m.measure = 'hba1c'
    GROUP BY m.person_id
),
-- ... is above 9.0 %, or missing, in the last 12 months.
judged AS (
    SELECT c.*, a.on_day, a.value, a.source AS result_source, a.id AS result_id,
           a.on_day IS NULL OR a.on_day <= as_of_date() - getvariable('a1c_valid_days')::INT AS overdue,
           a.value > getvariable('a1c_limit') AS above
    FROM counted c LEFT JOIN latest a USING (person_id)
)
SELECT person_id,
       'a1c' AS key,
       CASE WHEN overdue THEN coalesce(on_day + getvariable('a1c_valid_days')::INT, known_since)
            ELSE on_day + getvariable('a1c_recheck_days')::INT END AS due_date,
       CASE WHEN overdue THEN 'gap' ELSE severity_by(on_day + getvariable('a1c_recheck_days')::INT, 'gap') END AS severity,
       CASE WHEN on_day IS NULL THEN 'No A1c on record'
            WHEN overdue THEN 'A1c overdue since ' || said(on_day + getvariable('a1c_valid_days')::INT)
            ELSE 'A1c ' || round(value, 1) || ' %' END AS title,
       CASE WHEN on_day IS NULL THEN 'Diabetes, and no A1c from any source in the last 26 months.'
            WHEN overdue THEN 'Diabetes, and the last A1c (' || round(value, 1) || ' %) is from '
                 || strftime(on_day, '%b %-d, %Y') || ', more than a year ago.'
            ELSE 'The last A1c, on ' || said(on_day) || ', is above ' || getvariable('a1c_limit') || ' %.' END AS sentence,
       'clinician' AS owner,
       '' AS with_whom,
       coalesce(result_source || '/Observation/' || result_id, source || '/Condition/' || id) AS fact_key,
       to_json(list_filter([
           CASE WHEN on_day IS NOT NULL
                THEN evidence('observation', result_id, result_source, 'A1c', on_day, round(value, 1) || ' %') END,
           evidence('condition', id, source, label, NULL, NULL)], lambda e: e IS NOT NULL)) AS evidence,
       CASE WHEN NOT overdue AND NOT above THEN 'A1c ' || round(value, 1) || ' % on ' || said(on_day) END AS closed_by
FROM judged
