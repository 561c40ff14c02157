-- The PHQ-9 is below 5 or half of the first, twice or more, for 60 days.
SELECT person_id, 'PHQ-9 ' || first_value || ' → ' || last_value || ', held since ' || said(held_since) AS title,
       'PHQ-9 ' || last_value || ' on ' || said(last_on) || ', after ' || first_value || ' on ' || said(first_on) || '; held since '
           || said(held_since) || '.' AS sentence,
       to_json([evidence('observation', last_id, last_source, 'PHQ-9', last_on, last_value)]) AS evidence
FROM mood_course
WHERE program = 'collaborative_care' AND state IN ('active', 'stepping_down')
  AND held_times >= 2 AND last_on - held_since >= getvariable('held_days')::INT
