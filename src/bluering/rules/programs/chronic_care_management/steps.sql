-- Talked with as often as the level says.
SELECT person_id, 'talk' AS key, due_date, due_date >= as_of_date() AS met, 'Talked with as often as the level says' AS title,
       coalesce('last on ' || said(last_talk), 'not yet') AS sentence
FROM episode_talk WHERE program = 'chronic_care_management'
UNION ALL
-- The initiating visit: seen in the practice within a year before the first day, or since.
SELECT t.person_id, 'visit', t.since_date, count(v.id) > 0, 'Seen in the practice within a year before, or since',
       coalesce('on ' || said(max(v.at_datetime)), 'not yet')
FROM episode_talk t
LEFT JOIN visit v ON v.person_id = t.person_id AND v.practice
                 AND v.at_datetime::DATE > t.since_date - getvariable('visit_days')::INT
WHERE t.program = 'chronic_care_management'
GROUP BY t.person_id, t.since_date
