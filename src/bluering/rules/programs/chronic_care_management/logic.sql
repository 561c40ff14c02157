-- Two or more chronic conditions, without hospice or palliative care ...
WITH chronic AS (
    SELECT person_id, count(DISTINCT problem) AS conditions,
           string_agg(DISTINCT replace(problem, '_', ' '), ', ' ORDER BY replace(problem, '_', ' ')) AS words
    FROM problem
    WHERE problem IN ('arthritis', 'asthma', 'atrial_fibrillation', 'autism', 'cancer', 'chronic_kidney_disease',
                      'chronic_lung_disease', 'dementia', 'depression', 'diabetes', 'heart_failure', 'hepatitis', 'hiv',
                      'hyperlipidaemia', 'hypertension', 'ischaemic_heart_disease', 'osteoporosis', 'schizophrenia', 'stroke',
                      'substance_use')
      AND person_id NOT IN (SELECT person_id FROM problem WHERE problem = 'hospice_or_palliative')
    GROUP BY person_id
    HAVING count(DISTINCT problem) >= getvariable('least_conditions')
),
-- ... and significant risk: in hospital in the last year ...
stayed AS (
    SELECT person_id, admitted, place, source, id
    FROM hospitalization SEMI JOIN chronic USING (person_id)
    WHERE admitted::DATE > as_of_date() - getvariable('stay_days')::INT
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY admitted DESC, id) = 1
),
-- ... or an extensive level of need.
needy AS (SELECT person_id, since_date FROM need WHERE level = 'extensive')
SELECT c.person_id,
       c.conditions || ' chronic conditions, ' || CASE WHEN s.person_id IS NOT NULL THEN 'in hospital on ' || said(s.admitted)
                                                      ELSE 'extensive need' END AS title,
       c.conditions || ' chronic conditions (' || c.words || ')'
           || CASE WHEN s.person_id IS NOT NULL THEN '; in ' || s.place || ' on ' || said(s.admitted) ELSE '' END
           || CASE WHEN n.person_id IS NOT NULL THEN '; extensive need since ' || said(n.since_date) ELSE '' END || '.' AS sentence,
       to_json(CASE WHEN s.person_id IS NULL THEN []
                    ELSE [evidence('encounter', s.id, s.source, 'In ' || s.place, s.admitted, NULL)] END) AS evidence
FROM chronic c LEFT JOIN stayed s USING (person_id) LEFT JOIN needy n USING (person_id)
WHERE s.person_id IS NOT NULL OR n.person_id IS NOT NULL
