-- The day on which somebody decides anew has come ...
WITH day_come AS (
    SELECT person_id, id, 'decide-' || id || '-' || decide_by_date AS key, decide_by_date AS due_date, 'gap' AS when_late,
           title || ': ' || CASE state
               WHEN 'considered' THEN 'ask them, or not?'
               WHEN 'outreach' THEN 'not reached yet; go on trying?'
               WHEN 'paused' THEN 'the pause ends'
               WHEN 'graduated' THEN 'the watch ends'
               WHEN 'declined' THEN 'ask again?'
               ELSE 'is the level right?' END AS title,
           CASE state
               WHEN 'considered' THEN 'Considered, and nobody has decided.'
               WHEN 'outreach' THEN 'Asked since a while without an answer.'
               WHEN 'paused' THEN 'Paused until ' || said(decide_by_date) || '.'
               WHEN 'graduated' THEN 'Graduated on ' || said(left_date) || ', watched until ' || said(decide_by_date) || '.'
               WHEN 'declined' THEN 'They declined; it was agreed to ask again on ' || said(decide_by_date) || '.'
               ELSE 'Followed since ' || said(since_date) || '; the level was to be looked at by ' || said(decide_by_date) || '.' END AS sentence,
           '[]'::JSON AS evidence
    FROM episode
    WHERE decide_by_date <= as_of_date()
),
-- ... or they meet the exit test, or show a sign of relapse.
found AS (
    SELECT e.person_id, e.id, f.finding || '-' || e.id AS key, NULL::DATE AS due_date, 'due' AS when_late,
           e.title || CASE f.finding WHEN 'graduate' THEN ': ready to graduate?' ELSE ': a sign of relapse' END AS title,
           f.sentence, f.evidence
    FROM episode e JOIN program_finding f USING (person_id, program)
    WHERE (f.finding = 'graduate' AND e.state IN ('active', 'stepping_down')) OR (f.finding = 'relapse' AND e.state = 'graduated')
)
SELECT person_id, key, due_date,
       CASE WHEN key LIKE 'relapse%' THEN 'gap' ELSE severity_by(due_date, when_late) END AS severity,
       title, sentence, 'coordinator' AS owner, '' AS with_whom, '' AS fact_key, evidence, NULL AS closed_by
FROM (FROM day_come UNION ALL FROM found) SEMI JOIN living USING (person_id)
