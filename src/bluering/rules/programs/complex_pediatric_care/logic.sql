-- Which body system a chronic condition belongs to ...
WITH body(problem, system) AS (
    VALUES ('asthma', 'lungs'), ('chronic_lung_disease', 'lungs'), ('autism', 'nervous system'), ('dementia', 'nervous system'),
           ('stroke', 'nervous system'), ('depression', 'mental health'), ('schizophrenia', 'mental health'),
           ('chronic_kidney_disease', 'kidneys'), ('diabetes', 'endocrine'), ('heart_failure', 'heart'),
           ('atrial_fibrillation', 'heart'), ('ischaemic_heart_disease', 'heart'), ('hypertension', 'heart'),
           ('hepatitis', 'liver'), ('hiv', 'immune system'), ('arthritis', 'joints'), ('cancer', 'cancer')
),
-- ... of people under 18.
child AS (
    SELECT p.person_id, b.system, p.problem, p.label, p.source, p.id, age_on(l.birth_date, as_of_date()) AS age
    FROM problem p JOIN body b USING (problem) JOIN living l USING (person_id)
    WHERE age_on(l.birth_date, as_of_date()) < getvariable('grown_up')
)
-- Two or more body systems, or cancer.
SELECT person_id,
       count(DISTINCT system) || CASE count(DISTINCT system) WHEN 1 THEN ' body system: ' ELSE ' body systems: ' END
           || string_agg(DISTINCT system, ', ' ORDER BY system) AS title,
       'Aged ' || any_value(age) || ', with ' || string_agg(DISTINCT replace(problem, '_', ' '), ', ' ORDER BY replace(problem, '_', ' '))
           || '.' AS sentence,
       to_json(list(evidence('condition', id, source, label, NULL, NULL) ORDER BY label, id)) AS evidence
FROM child
GROUP BY person_id
HAVING count(DISTINCT system) >= getvariable('least_systems') OR bool_or(system = 'cancer')
