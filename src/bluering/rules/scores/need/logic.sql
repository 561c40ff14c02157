-- Complexity: the count of active chronic conditions (0-1 / 2-3 / 4-5 / 6 and more) ...
WITH chronic AS MATERIALIZED (
    SELECT person_id, problem, arg_min(label, id) AS label, min(since)::DATE AS since,
           arg_min(source, id) AS source, min(id) AS id
    FROM problem
    WHERE problem IN ('arthritis', 'asthma', 'atrial_fibrillation', 'autism', 'cancer', 'chronic_kidney_disease',
                      'chronic_lung_disease', 'dementia', 'depression', 'diabetes', 'heart_failure', 'hepatitis', 'hiv',
                      'hyperlipidaemia', 'hypertension', 'ischaemic_heart_disease', 'osteoporosis', 'schizophrenia',
                      'stroke', 'substance_use')
    GROUP BY person_id, problem
),
latest AS MATERIALIZED (
    SELECT person_id, measure, max(at_datetime)::DATE AS on_day, arg_max(value, at_datetime) AS value,
           arg_max(source, at_datetime) AS source, arg_max(id, at_datetime) AS id
    FROM measurement
    WHERE measure IN ('hba1c', 'phq9_total') AND at_datetime >= getvariable('as_of') - INTERVAL 1 YEAR
    GROUP BY person_id, measure
),
pressure AS MATERIALIZED (
    SELECT * FROM blood_pressure
    SEMI JOIN (SELECT person_id FROM chronic WHERE problem = 'hypertension') h USING (person_id)
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY on_day DESC) = 1
),
medicines AS MATERIALIZED (
    SELECT person_id, count(*) AS medicines, max(on_day) AS on_day
    FROM (SELECT person_id, name, max(on_day) AS on_day FROM medicine GROUP BY person_id, name)
    GROUP BY person_id
),
-- ... raised one step by any of: unstable target, PHQ-9 of 10 or more, dementia, 10 or more medicines, admission in 6 months.
raise AS MATERIALIZED (
    SELECT a.person_id, 'A1c above target' AS label, round(a.value, 1) || ' %' AS value, a.on_day AS date, a.source,
           'observation' AS in_table, a.id
    FROM latest a SEMI JOIN (SELECT person_id FROM chronic WHERE problem = 'diabetes') d USING (person_id)
    WHERE a.measure = 'hba1c' AND a.value > getvariable('a1c_limit')
    UNION ALL
    SELECT person_id, 'Blood pressure above target', systolic || '/' || diastolic || ' mmHg', on_day, source,
           'observation', id
    FROM pressure
    WHERE systolic >= getvariable('systolic_limit') OR diastolic >= getvariable('diastolic_limit')
    UNION ALL
    SELECT person_id, 'PHQ-9 of ' || getvariable('phq9_limit') || ' or more', value::INT::VARCHAR, on_day, source,
           'observation', id
    FROM latest WHERE measure = 'phq9_total' AND value >= getvariable('phq9_limit')
    UNION ALL
    SELECT person_id, 'Dementia', NULL, since, source, 'condition', id FROM chronic WHERE problem = 'dementia'
    UNION ALL
    SELECT person_id, getvariable('many_medicines') || ' medicines or more', medicines || ' medicines', on_day, NULL, NULL, NULL
    FROM medicines WHERE medicines >= getvariable('many_medicines')
    UNION ALL
    SELECT person_id, 'In hospital: ' || arg_max(place, admitted), NULL, max(admitted)::DATE, arg_max(source, admitted),
           'encounter', arg_max(id, admitted)
    FROM hospitalization
    WHERE coalesce(discharged, getvariable('as_of')) >= getvariable('as_of') - to_months(getvariable('admission_months')::INT)
    GROUP BY person_id
),
complexity AS (
    SELECT person_id, coalesce(c.conditions, 0) AS conditions, coalesce(r.raised, FALSE) AS raised,
           least(3, CASE WHEN c.conditions >= 6 THEN 3 WHEN c.conditions >= 4 THEN 2 WHEN c.conditions >= 2 THEN 1 ELSE 0 END
                    + coalesce(r.raised, FALSE)::INT) AS step
    FROM living
    LEFT JOIN (SELECT person_id, count(*) AS conditions FROM chronic GROUP BY person_id) c USING (person_id)
    LEFT JOIN (SELECT DISTINCT person_id, TRUE AS raised FROM raise) r USING (person_id)
),
-- Fragmentation: continuity over visits of the last 12 months, one a day and clinician however many sources tell of it ...
visited AS MATERIALIZED (
    SELECT person_id, at_datetime::DATE AS on_day, lower(coalesce(clinician, clinician_id)) AS provider,
           coalesce(place, source) AS place, bool_or(practice) AS practice
    FROM visit
    WHERE at_datetime >= getvariable('as_of') - INTERVAL 1 YEAR
    GROUP BY ALL
),
by_provider AS (
    SELECT person_id, provider, count(*) AS n
    FROM (SELECT DISTINCT person_id, on_day, provider FROM visited WHERE provider IS NOT NULL)
    GROUP BY person_id, provider
),
continuity AS (
    SELECT person_id, sum(n)::INT AS visits,
           CASE WHEN sum(n) >= getvariable('least_visits')
                THEN (sum(n * n) - sum(n)) / (sum(n) * (sum(n) - 1)) END AS coc
    FROM by_provider
    GROUP BY person_id
),
-- ... organisations outside the practice, pharmacies, prescribers.
outside AS (
    SELECT person_id, count(*) AS organisations, string_agg(place, ', ' ORDER BY place) AS names
    FROM (SELECT DISTINCT person_id, place FROM visited
          ANTI JOIN (SELECT DISTINCT place FROM visited WHERE practice) p USING (place))
    GROUP BY person_id
),
pharmacy AS (
    SELECT person_id, count(*) AS pharmacies, string_agg(performer_display, ', ' ORDER BY performer_display) AS names
    FROM (SELECT DISTINCT person_id, performer_display
          FROM medication_dispense
          WHERE status = 'completed' AND performer_display IS NOT NULL
            AND when_handed_over_datetime BETWEEN getvariable('as_of') - INTERVAL 1 YEAR AND getvariable('as_of'))
    GROUP BY person_id
),
prescriber AS (
    SELECT person_id, count(*) AS prescribers, string_agg(requester_display, ', ' ORDER BY requester_display) AS names
    FROM (SELECT DISTINCT person_id, requester_display
          FROM medication_request
          WHERE status NOT IN ('cancelled', 'entered-in-error', 'draft') AND requester_display IS NOT NULL
            AND authored_on_datetime BETWEEN getvariable('as_of') - INTERVAL 1 YEAR AND getvariable('as_of'))
    GROUP BY person_id
),
-- F2 COC < .25, or 3 outside organisations, or 2 pharmacies with 3 prescribers; F0 COC >= .5 and at most 1; else F1.
-- Below 4 visits continuity says nothing, and the counts decide alone.
fragmentation AS (
    SELECT person_id, coalesce(c.visits, 0) AS visits, c.coc, coalesce(o.organisations, 0) AS organisations,
           o.names AS organisation_names, coalesce(f.pharmacies, 0) AS pharmacies, f.names AS pharmacy_names,
           coalesce(p.prescribers, 0) AS prescribers, p.names AS prescriber_names,
           CASE WHEN c.coc < 0.25 OR o.organisations >= 3 OR (f.pharmacies >= 2 AND p.prescribers >= 3) THEN 2
                WHEN coalesce(c.coc >= 0.5, TRUE) AND coalesce(o.organisations <= 1, TRUE) THEN 0
                ELSE 1 END AS step
    FROM living
    LEFT JOIN continuity c USING (person_id)
    LEFT JOIN outside o USING (person_id)
    LEFT JOIN pharmacy f USING (person_id)
    LEFT JOIN prescriber p USING (person_id)
),
-- Capacity: what makes it harder for the person, each once.
deficit AS MATERIALIZED (
    SELECT person_id, deficit, if(list_contains(getvariable('major_deficits'), deficit), 'major', 'minor') AS weight,
           any_value(words) AS words, arg_min(label, id) AS label, min(since)::DATE AS date, arg_min(source, id) AS source,
           'condition' AS in_table, min(id) AS id
    FROM (SELECT * FROM problem
          WHERE problem IN ('dementia', 'mild_cognitive_impairment', 'health_literacy', 'housing_need', 'food_need',
                            'transport_need', 'money_need', 'lives_alone', 'care_dependency'))
    JOIN (VALUES ('dementia', 'cognition', 'Memory'), ('mild_cognitive_impairment', 'cognition', 'Memory'),
                 ('health_literacy', 'health_literacy', 'Health literacy'), ('housing_need', 'housing_need', 'Housing'),
                 ('food_need', 'food_need', 'Food'), ('transport_need', 'transport_need', 'Transport'),
                 ('money_need', 'money_need', 'Money'), ('lives_alone', 'lives_alone', 'Caregiver'),
                 ('care_dependency', 'care_dependency', 'Help at home')) AS named (problem, deficit, words) USING (problem)
    GROUP BY person_id, deficit
    UNION ALL
    SELECT person_id, 'language', 'minor', 'Language', 'not ' || upper(getvariable('practice_language')) || ': ' || language,
           NULL, NULL, 'patient', NULL
    FROM living WHERE NOT starts_with(lower(language), getvariable('practice_language'))
    UNION ALL
    SELECT person_id, 'telephone', 'minor', 'Telephone', 'no number on record', NULL, NULL, 'patient', NULL
    FROM (SELECT person_id FROM patient SEMI JOIN living USING (person_id) GROUP BY person_id HAVING max(phone) IS NULL)
),
helper AS (
    SELECT DISTINCT person_id FROM related_person WHERE coalesce(active, TRUE)
),
capacity AS (
    SELECT person_id, coalesce(d.cognition, FALSE) AS cognition, h.person_id IS NOT NULL AS has_helper,
           coalesce(d.social, FALSE) AS social,
           CASE WHEN d.majors >= 2 OR (d.cognition AND h.person_id IS NULL) THEN 2
                WHEN d.majors >= 1 OR d.minors >= 2 THEN 1
                ELSE 0 END AS step
    FROM living
    LEFT JOIN (SELECT person_id, count(*) FILTER (weight = 'major') AS majors, count(*) FILTER (weight = 'minor') AS minors,
                      bool_or(deficit = 'cognition') AS cognition,
                      bool_or(in_table = 'condition' AND deficit <> 'cognition') AS social
               FROM deficit GROUP BY person_id) d USING (person_id)
    LEFT JOIN helper h ON h.person_id = living.person_id
),
-- The lookup, as the source prints it.
lookup AS (
    FROM (VALUES (0, 0, ['minimal',  'minimal',   'moderate']),
                 (0, 1, ['minimal',  'moderate',  'moderate']),
                 (2, 0, ['moderate', 'moderate',  'extensive']),
                 (2, 1, ['moderate', 'extensive', 'extensive']),
                 (3, 0, ['moderate', 'extensive', 'extensive']),
                 (3, 1, ['extensive', 'extensive', 'extensive'])) AS t (complexity, fragmentation, by_capacity)
),
-- What the page shows under the level.
clinical AS (
    SELECT person_id, list_sort(list(score_input('complexity', coalesce(label, replace(problem, '_', ' ')), 'chronic condition',
                                                 since, source, 'condition', id))) AS inputs
    FROM chronic
    GROUP BY person_id
),
raised AS (
    SELECT person_id, list_sort(list(score_input('complexity', label, concat_ws(', ', value, 'raises one step'), date, source,
                                                 in_table, id))) AS inputs
    FROM raise
    GROUP BY person_id
),
personal AS (
    SELECT person_id,
           list(score_input('capacity', words, concat_ws(', ', label, weight), date, source, in_table, id)
                ORDER BY words) AS inputs
    FROM deficit
    GROUP BY person_id
),
asked AS (
    SELECT person_id, bool_or(problem = 'diabetes') AS diabetes, bool_or(problem = 'hypertension') AS hypertension,
           bool_or(problem = 'depression') AS depression
    FROM chronic GROUP BY person_id
),
measured AS (
    SELECT person_id, bool_or(measure = 'hba1c') AS hba1c, bool_or(measure = 'phq9_total') AS phq9 FROM latest GROUP BY person_id
)
SELECT l.person_id,
       k.by_capacity[p.step + 1] AS level,
       to_json({'complexity': ['low', 'low', 'high', 'very high'][c.step + 1],
                'fragmentation': ['low', 'moderate', 'high'][f.step + 1],
                'capacity': ['high', 'moderate', 'low'][p.step + 1]}) AS axes,
       to_json(list_filter(
           coalesce(i.inputs, []) || coalesce(q.inputs, []) || [
               CASE WHEN f.coc IS NOT NULL
                    THEN score_input('fragmentation', 'Continuity (Bice-Boxerman)',
                                     format('{:.2f} over {} visits', f.coc, f.visits), NULL, NULL, NULL, NULL) END,
               CASE WHEN f.organisations > 0
                    THEN score_input('fragmentation', 'Organisations outside the practice',
                                     f.organisations || ': ' || f.organisation_names, NULL, NULL, 'encounter', NULL) END,
               CASE WHEN f.pharmacies > 0
                    THEN score_input('fragmentation', 'Pharmacies', f.pharmacies || ': ' || f.pharmacy_names,
                                     NULL, NULL, 'medication_dispense', NULL) END,
               CASE WHEN f.prescribers > 0
                    THEN score_input('fragmentation', 'Prescribers', f.prescribers || ': ' || f.prescriber_names,
                                     NULL, NULL, 'medication_request', NULL) END
           ] || coalesce(j.inputs, []), lambda x: x IS NOT NULL)) AS inputs,
       to_json(list_filter([
           CASE WHEN f.coc IS NULL
                THEN 'Low data: ' || f.visits || CASE f.visits WHEN 1 THEN ' visit' ELSE ' visits' END
                     || ' with a named clinician in 12 months; continuity needs ' || getvariable('least_visits')
                     || ', so organisations and pharmacies decided alone.' END,
           CASE WHEN getvariable('practice_sources') IS NULL
                THEN 'Which sources are the practice''s own is not known; no organisation was counted as outside.' END,
           CASE WHEN f.pharmacies = 0 THEN 'No pharmacy has told of a dispense in 12 months; counted as none.' END,
           CASE WHEN f.prescribers = 0 AND f.pharmacies > 1
                THEN 'No prescription with a named prescriber in 12 months; counted as none.' END,
           CASE WHEN m.person_id IS NULL THEN 'No list of medicines from any source; counted as fewer than '
                     || getvariable('many_medicines') || '.' END,
           CASE WHEN a.diabetes AND NOT coalesce(t.hba1c, FALSE)
                THEN 'Diabetes without an A1c in 12 months; not counted as an unstable target.' END,
           CASE WHEN a.hypertension AND b.person_id IS NULL
                THEN 'Hypertension without a blood pressure in 12 months; not counted as an unstable target.' END,
           CASE WHEN a.depression AND NOT coalesce(t.phq9, FALSE)
                THEN 'Depression without a PHQ-9 in 12 months; counted as below ' || getvariable('phq9_limit') || '.' END,
           CASE WHEN p.cognition AND NOT p.has_helper
                THEN 'No relative or caregiver is on record; with a memory problem this counts as nobody.' END,
           CASE WHEN NOT p.social
                THEN 'Housing, food, transport, health literacy and help at home: nothing on record, counted as no need.' END,
           CASE WHEN l.language IS NULL THEN 'Language is not on record; counted as the practice''s.' END,
           'Activation and internet access are not in any record; not counted.'
       ], lambda said: said IS NOT NULL)) AS missing
FROM living l
JOIN complexity c USING (person_id)
JOIN fragmentation f USING (person_id)
JOIN capacity p USING (person_id)
JOIN lookup k ON k.complexity = if(c.step = 1, 0, c.step) AND k.fragmentation = least(f.step, 1)
LEFT JOIN clinical i ON i.person_id = l.person_id
LEFT JOIN raised q ON q.person_id = l.person_id
LEFT JOIN personal j ON j.person_id = l.person_id
LEFT JOIN medicines m ON m.person_id = l.person_id
LEFT JOIN asked a ON a.person_id = l.person_id
LEFT JOIN measured t ON t.person_id = l.person_id
LEFT JOIN pressure b ON b.person_id = l.person_id
