-- 18 today or before.
SELECT e.person_id, 'Is ' || age_on(l.birth_date, as_of_date()) || ': hand over to adult care' AS title,
       'They turned ' || getvariable('grown_up') || '; adult care takes over, and consent is theirs now.' AS sentence, '[]'::JSON AS evidence
FROM episode e JOIN living l USING (person_id)
WHERE e.program = 'complex_pediatric_care' AND e.state IN ('active', 'stepping_down')
  AND age_on(l.birth_date, as_of_date()) >= getvariable('grown_up')
