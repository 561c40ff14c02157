-- The PHQ-9 is below 5 or half of the first, twice or more, for 60 days, ...
WITH mood AS (
    SELECT * FROM mood_course
    WHERE program = 'compass' AND state IN ('active', 'stepping_down')
      AND held_times >= 2 AND last_on - held_since >= getvariable('held_days')::INT
),
-- ... and neither the last A1c nor the last blood pressure is above its target.
above AS (
    SELECT person_id FROM (
        SELECT person_id, value FROM measurement SEMI JOIN mood USING (person_id)
        WHERE measure = 'hba1c' AND at_datetime::DATE > as_of_date() - getvariable('a1c_days')::INT
        QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY at_datetime DESC, value DESC) = 1)
    WHERE value >= getvariable('a1c_from')
    UNION ALL
    SELECT person_id FROM (
        SELECT person_id, systolic, diastolic FROM blood_pressure SEMI JOIN mood USING (person_id)
        QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY on_day DESC) = 1)
    WHERE systolic >= getvariable('systolic_from') OR diastolic >= getvariable('diastolic_from')
)
SELECT person_id, 'PHQ-9 ' || first_value || ' → ' || last_value || ', held since ' || said(held_since) AS title,
       'PHQ-9 ' || last_value || ' on ' || said(last_on) || ', after ' || first_value || ' on ' || said(first_on) || '; held since '
           || said(held_since) || ', and nothing else is known above its target.' AS sentence,
       to_json([evidence('observation', last_id, last_source, 'PHQ-9', last_on, last_value)]) AS evidence
FROM mood ANTI JOIN above USING (person_id)
