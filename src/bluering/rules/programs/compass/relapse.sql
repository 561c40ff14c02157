-- A PHQ-9 of 10 or more after they graduated.
SELECT person_id, 'PHQ-9 ' || last_value || ' after graduating' AS title,
       'PHQ-9 of ' || last_value || ' on ' || said(last_on) || '; they graduated on ' || said(left_date) || '.' AS sentence,
       to_json([evidence('observation', last_id, last_source, 'PHQ-9', last_on, last_value)]) AS evidence
FROM mood_course
WHERE program = 'compass' AND state = 'graduated' AND last_on > left_date AND last_value >= getvariable('phq9_from')
