-- What may say that somebody is getting worse, one row each. There is no agreed definition of rising risk; these are the signs
-- that practices name, as far as the record shows them. `since` is the day from which it is known.
WITH result AS (
    SELECT person_id, measure, at_datetime::DATE AS on_day, value, source, id,
           lag(value) OVER (PARTITION BY person_id, measure ORDER BY at_datetime, value) AS before
    FROM measurement
    WHERE measure IN ('hba1c', 'phq9_total')
    QUALIFY row_number() OVER (PARTITION BY person_id, measure ORDER BY at_datetime DESC, value DESC) = 1
),
pressure AS (
    SELECT *, lag(systolic) OVER w AS systolic_before, lag(diastolic) OVER w AS diastolic_before
    FROM blood_pressure
    WINDOW w AS (PARTITION BY person_id ORDER BY on_day)
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY on_day DESC) = 1
),
acute AS (
    SELECT person_id, admitted::DATE AS on_day, kind, coalesce(place, 'hospital') AS place, source, id,
           lag(admitted::DATE) OVER (PARTITION BY person_id ORDER BY admitted, id) AS before
    FROM stay SEMI JOIN living USING (person_id)
    WHERE kind <> 'nursing'
)
SELECT person_id, 'diagnosis' AS sign, 'new ' || replace(problem, '_', ' ') AS words, min(since)::DATE AS since,
       'condition' AS in_table, arg_min(id, since) AS id, arg_min(source, since) AS source, any_value(label) AS label, NULL AS value
FROM problem
WHERE problem IN ('cancer', 'heart_failure', 'myocardial_infarction', 'stroke', 'dementia', 'chronic_kidney_disease',
                  'kidney_failure', 'chronic_lung_disease', 'diabetes')
GROUP BY person_id, problem
HAVING min(since)::DATE > as_of_date() - 90
UNION ALL
SELECT person_id, 'acute', CASE kind WHEN 'emergency' THEN 'an emergency visit' ELSE 'a stay in hospital' END || ' after a year without',
       on_day, 'encounter', id, source, 'In ' || place, NULL
FROM acute
WHERE on_day > as_of_date() - 90 AND coalesce(before < on_day - 365, TRUE)
UNION ALL
SELECT person_id, 'a1c', 'A1c now above target', on_day, 'observation', id, source, 'A1c', round(before, 1) || ' → ' || round(value, 1) || ' %'
FROM result
WHERE measure = 'hba1c' AND on_day > as_of_date() - 90 AND before < 8 AND value >= 8
UNION ALL
SELECT person_id, 'blood_pressure', 'blood pressure now above target', on_day, 'observation', id, source, 'Blood pressure',
       systolic_before || '/' || diastolic_before || ' → ' || systolic || '/' || diastolic || ' mmHg'
FROM pressure
WHERE on_day > as_of_date() - 90 AND (systolic >= 140 OR diastolic >= 90) AND systolic_before < 140 AND diastolic_before < 90
UNION ALL
SELECT person_id, 'mood', 'PHQ-9 up by 5 or more', on_day, 'observation', id, source, 'PHQ-9', before::INT || ' → ' || value::INT
FROM result
WHERE measure = 'phq9_total' AND on_day > as_of_date() - 90 AND value >= before + 5
UNION ALL
SELECT person_id, 'medicines', count(DISTINCT name) || ' medicines', max(on_day), NULL, NULL, NULL, 'Medicines', count(DISTINCT name)::VARCHAR
FROM medicine
GROUP BY person_id
HAVING count(DISTINCT name) >= 10
UNION ALL
SELECT person_id, 'need', replace(problem, '_', ' '), min(since)::DATE, 'condition', arg_min(id, since), arg_min(source, since),
       any_value(label), NULL
FROM problem
WHERE problem IN ('housing_need', 'food_need', 'transport_need', 'money_need')
GROUP BY person_id, problem
HAVING min(since)::DATE > as_of_date() - 90
UNION ALL
SELECT person_id, 'missed_visits', count(*) || ' missed visits', max(start_datetime)::DATE, 'appointment', max(id), max(source),
       'Missed visits', count(*)::VARCHAR
FROM appointment SEMI JOIN living USING (person_id)
WHERE status = 'noshow' AND start_datetime::DATE > as_of_date() - 90
GROUP BY person_id
HAVING count(*) >= 2
