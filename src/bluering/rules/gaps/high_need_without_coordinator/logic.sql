-- Persons whose need for coordination is extensive ...
WITH extensive AS (
    SELECT n.person_id, min(coalesce(n.since_date, n.computed_date)) AS since_on, max(n.computed_date) AS computed_on
    FROM need n JOIN living l USING (person_id)
    WHERE n.level = 'extensive'
    GROUP BY n.person_id
),
-- ... and who are on nobody's panel.
judged AS (
    SELECT e.*, e.since_on + getvariable('assign_days')::INT AS due_date, p.coordinator, p.since_date AS coordinated_since,
           coalesce(e.computed_on < as_of_date() - getvariable('need_valid_days')::INT, FALSE) AS outdated
    FROM extensive e
    LEFT JOIN (SELECT person_id, arg_max(coordinator, coalesce(since_date, DATE '0001-01-01')) AS coordinator,
                      max(since_date) AS since_date
               FROM panel GROUP BY person_id) p USING (person_id)
)
SELECT person_id,
       'coordinator' AS key,
       due_date,
       -- A level that is too old to trust is asked for again before anybody is called late.
       CASE WHEN outdated THEN 'due' ELSE severity_by(due_date, 'gap') END AS severity,
       'Extensive need and no coordinator' AS title,
       'The need for coordination is extensive' || coalesce(' since ' || strftime(since_on, '%b %-d, %Y'), '')
           || ', and the person is on nobody''s panel'
           || coalesce('; a coordinator ' || CASE WHEN due_date < as_of_date() THEN 'was' ELSE 'is' END || ' due by '
                       || said(due_date), '') || '.'
           || CASE WHEN outdated THEN ' The level was last computed on ' || strftime(computed_on, '%b %-d, %Y')
                                      || '; look at it again first.' ELSE '' END AS sentence,
       'coordinator' AS owner,
       '' AS with_whom,
       '' AS fact_key,
       to_json([evidence('need', person_id, '', 'Need for coordination', since_on, 'extensive')]) AS evidence,
       CASE WHEN coordinator IS NOT NULL
            THEN 'With ' || coordinator || coalesce(' since ' || said(coordinated_since), '') END AS closed_by
FROM judged
