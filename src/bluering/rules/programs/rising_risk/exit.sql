-- In the program for 90 days, and fewer than two signs are left.
SELECT e.person_id, 'Fewer than ' || getvariable('least_signs') || ' signs are left' AS title,
       'In the program since ' || said(e.since_date) || '; '
           || coalesce('still: ' || string_agg(DISTINCT s.words, ', ' ORDER BY s.words), 'no sign of the last 90 days is known') || '.' AS sentence,
       '[]'::JSON AS evidence
FROM episode e LEFT JOIN rising_sign s USING (person_id)
WHERE e.program = 'rising_risk' AND e.state IN ('active', 'stepping_down')
  AND e.since_date <= as_of_date() - getvariable('quiet_days')::INT
GROUP BY e.person_id, e.since_date
HAVING count(DISTINCT s.sign) < getvariable('least_signs')
