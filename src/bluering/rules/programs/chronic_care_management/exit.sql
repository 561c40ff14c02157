-- The need has been minimal for 90 days, and nobody was in hospital since.
SELECT e.person_id, 'Minimal need since ' || said(n.since_date) AS title,
       'The level of need has been minimal since ' || said(n.since_date) || ', and no stay in hospital is known since.' AS sentence,
       '[]'::JSON AS evidence
FROM episode e JOIN need n USING (person_id)
WHERE e.program = 'chronic_care_management' AND e.state IN ('active', 'stepping_down')
  AND n.level = 'minimal' AND n.since_date <= as_of_date() - getvariable('quiet_days')::INT
  AND NOT EXISTS (FROM hospitalization h WHERE h.person_id = e.person_id AND h.admitted::DATE >= n.since_date)
