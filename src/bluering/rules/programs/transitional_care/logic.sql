-- Discharged to home from inpatient care or observation, today or in the 29 days before.
SELECT person_id, 'Home from ' || place || ' on ' || said(discharged) AS title,
       'Discharged from ' || place || ' on ' || said(discharged) || '; the 30 days end on '
           || said(discharged::DATE + getvariable('transition_days')::INT - 1) || '.' AS sentence,
       to_json([evidence('encounter', id, source, 'Discharged from ' || place, discharged, disposition)]) AS evidence
FROM (FROM hospitalization QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY admitted DESC) = 1)
WHERE discharged <= getvariable('as_of')
  AND discharged::DATE > as_of_date() - getvariable('transition_days')::INT
  AND NOT coalesce(code_in_value_set(disposition, 'discharge_not_to_community'), FALSE)
