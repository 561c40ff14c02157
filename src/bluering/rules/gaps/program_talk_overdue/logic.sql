-- The step "talked with as often as the level says" is not met; one row for all programs of a person.
WITH late AS (
    SELECT e.person_id, e.title, f.due_date, f.sentence
    FROM episode e
    JOIN program_finding f ON f.person_id = e.person_id AND f.program = e.program
                          AND f.finding = 'step' AND f.key = 'talk' AND NOT f.met
    WHERE e.state IN ('active', 'stepping_down')
)
SELECT person_id,
       'talk' AS key,
       min(due_date) AS due_date,
       severity_by(min(due_date), 'gap') AS severity,
       string_agg(title, ', ' ORDER BY title) || ': a talk was due' AS title,
       CASE arg_min(sentence, due_date) WHEN 'not yet' THEN 'Not talked with yet' ELSE 'Talked with ' || arg_min(sentence, due_date) END
           || '; by the level a talk was due by ' || said(min(due_date)) || '.' AS sentence,
       'coordinator' AS owner,
       '' AS with_whom,
       '' AS fact_key,
       '[]'::JSON AS evidence,
       NULL AS closed_by
FROM late SEMI JOIN living USING (person_id)
GROUP BY person_id
