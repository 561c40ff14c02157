-- The 30 days are over, at home.
SELECT person_id, 'The 30 days are over' AS title,
       'Discharged on ' || said(discharged) || '; the 30 days ended on ' || said(discharged::DATE + getvariable('transition_days')::INT - 1)
           || ' without a return to hospital.' AS sentence,
       to_json([evidence('encounter', id, source, 'Discharged from ' || place, discharged, disposition)]) AS evidence
FROM (SELECT h.* FROM hospitalization h
      JOIN episode e ON e.person_id = h.person_id AND e.program = 'transitional_care' AND e.state IN ('active', 'stepping_down')
      QUALIFY row_number() OVER (PARTITION BY h.person_id ORDER BY h.admitted DESC) = 1)
WHERE discharged::DATE <= as_of_date() - getvariable('transition_days')::INT
