-- Adults with depression, without hospice or palliative care and without schizophrenia ...
WITH counted AS (
    SELECT p.person_id, min(p.id) AS id, arg_min(p.source, p.id) AS source, arg_min(p.label, p.id) AS label
    FROM problem p JOIN living l USING (person_id)
    WHERE p.problem = 'depression' AND coalesce(age_on(l.birth_date, as_of_date()) >= getvariable('youngest'), TRUE)
      AND p.person_id NOT IN (SELECT person_id FROM problem WHERE problem IN ('hospice_or_palliative', 'schizophrenia'))
    GROUP BY p.person_id
),
-- ... whose last PHQ-9 is 10 or more ...
mood AS (
    SELECT person_id, at_datetime::DATE AS on_day, value::INT AS value, source, id
    FROM measurement SEMI JOIN counted USING (person_id)
    WHERE measure = 'phq9_total' AND at_datetime::DATE > as_of_date() - getvariable('phq9_days')::INT
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY at_datetime DESC, value DESC, source, id) = 1
),
-- ... and whose diabetes ...
sugar AS (
    SELECT person_id, at_datetime::DATE AS on_day, value, source, id
    FROM measurement
    SEMI JOIN (SELECT person_id FROM problem WHERE problem = 'diabetes') d USING (person_id)
    WHERE measure = 'hba1c' AND at_datetime::DATE > as_of_date() - getvariable('a1c_days')::INT
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY at_datetime DESC, value DESC, source, id) = 1
),
-- ... or cardiovascular disease ...
pressure AS (
    SELECT * FROM blood_pressure
    SEMI JOIN (SELECT person_id FROM problem
               WHERE problem IN ('hypertension', 'ischaemic_heart_disease', 'myocardial_infarction', 'stroke', 'heart_failure')) h
        USING (person_id)
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY on_day DESC) = 1
),
-- ... is poorly controlled.
poor AS (
    SELECT person_id, 2 AS place, 'A1c ' || round(value, 1) || ' %' AS words,
           evidence('observation', id, source, 'A1c', on_day, round(value, 1) || ' %') AS proof
    FROM sugar WHERE value >= getvariable('a1c_from')
    UNION ALL
    SELECT person_id, 3, 'blood pressure ' || systolic || '/' || diastolic,
           evidence('observation', id, source, 'Blood pressure', on_day, systolic || '/' || diastolic || ' mmHg')
    FROM pressure WHERE systolic >= getvariable('systolic_from') OR diastolic >= getvariable('diastolic_from')
)
SELECT c.person_id,
       'PHQ-9 ' || any_value(m.value) || ', ' || string_agg(p.words, ', ' ORDER BY p.place) AS title,
       'Depression with a PHQ-9 of ' || any_value(m.value) || ' on ' || said(any_value(m.on_day)) || ', and '
           || string_agg(p.words, ' and ' ORDER BY p.place) || '.' AS sentence,
       to_json([evidence('observation', any_value(m.id), any_value(m.source), 'PHQ-9', any_value(m.on_day), any_value(m.value)),
                evidence('condition', any_value(c.id), any_value(c.source), any_value(c.label), NULL, NULL)]
               || list(p.proof ORDER BY p.place)) AS evidence
FROM counted c
JOIN mood m ON m.person_id = c.person_id AND m.value >= getvariable('phq9_from')
JOIN poor p ON p.person_id = c.person_id
GROUP BY c.person_id
