-- Two or more different signs, all newer than the day they graduated.
SELECT e.person_id, 'New signs: ' || string_agg(DISTINCT s.words, ', ' ORDER BY s.words) AS title,
       'They graduated on ' || said(e.left_date) || '; since then ' || string_agg(DISTINCT s.words, ', ' ORDER BY s.words) || '.' AS sentence,
       to_json(list(evidence(s.in_table, s.id, s.source, s.label, s.since, s.value) ORDER BY s.since DESC, s.words)) AS evidence
FROM episode e JOIN rising_sign s ON s.person_id = e.person_id AND s.since > e.left_date
WHERE e.program = 'rising_risk' AND e.state = 'graduated'
GROUP BY e.person_id, e.left_date
HAVING count(DISTINCT s.sign) >= getvariable('least_signs')
