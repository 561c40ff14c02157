-- Adults with depression, without hospice or palliative care and without schizophrenia ...
WITH counted AS (
    SELECT p.person_id, min(p.id) AS id, arg_min(p.source, p.id) AS source, arg_min(p.label, p.id) AS label
    FROM problem p JOIN living l USING (person_id)
    WHERE p.problem = 'depression' AND coalesce(age_on(l.birth_date, as_of_date()) >= getvariable('youngest'), TRUE)
      AND p.person_id NOT IN (SELECT person_id FROM problem WHERE problem IN ('hospice_or_palliative', 'schizophrenia'))
    GROUP BY p.person_id
),
-- ... whose last PHQ-9 is 10 or more.
mood AS (
    SELECT person_id, at_datetime::DATE AS on_day, value::INT AS value, source, id
    FROM measurement SEMI JOIN counted USING (person_id)
    WHERE measure = 'phq9_total' AND at_datetime::DATE > as_of_date() - getvariable('phq9_days')::INT
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY at_datetime DESC, value DESC, source, id) = 1
)
SELECT c.person_id,
       'PHQ-9 ' || m.value AS title,
       'Depression with a PHQ-9 of ' || m.value || ' on ' || said(m.on_day) || '.' AS sentence,
       to_json([evidence('observation', m.id, m.source, 'PHQ-9', m.on_day, m.value),
                evidence('condition', c.id, c.source, c.label, NULL, NULL)]) AS evidence
FROM counted c
JOIN mood m ON m.person_id = c.person_id AND m.value >= getvariable('phq9_from')
