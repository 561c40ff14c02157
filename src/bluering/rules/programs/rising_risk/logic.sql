-- Two or more different signs, and the level of need is not extensive.
SELECT s.person_id,
       count(DISTINCT s.sign) || ' signs: ' || string_agg(DISTINCT s.words, ', ' ORDER BY s.words) AS title,
       'Since ' || said(min(s.since)) || ': ' || string_agg(DISTINCT s.words, ', ' ORDER BY s.words) || '.' AS sentence,
       to_json(list(evidence(s.in_table, s.id, s.source, s.label, s.since, s.value) ORDER BY s.since DESC, s.words)) AS evidence
FROM rising_sign s ANTI JOIN (SELECT person_id FROM need WHERE level = 'extensive') x USING (person_id)
GROUP BY s.person_id
HAVING count(DISTINCT s.sign) >= getvariable('least_signs')
