-- Two talks in the first four weeks.
SELECT person_id, 'first_talks' AS key, since_date + 28 AS due_date, first_talks >= 2 AS met,
       'Two talks in the first four weeks' AS title, first_talks || ' of 2' AS sentence
FROM episode_talk WHERE program = 'collaborative_care'
UNION ALL
-- Talked with as often as the level says.
SELECT person_id, 'talk', due_date, due_date >= as_of_date(), 'Talked with as often as the level says',
       coalesce('last on ' || said(last_talk), 'not yet')
FROM episode_talk WHERE program = 'collaborative_care'
UNION ALL
-- A PHQ-9 every four weeks.
SELECT t.person_id, 'phq9', coalesce(greatest(max(m.at_datetime)::DATE, any_value(t.since_date)), any_value(t.since_date))
           + getvariable('phq9_every_days')::INT AS next_due,
       next_due >= as_of_date(), 'A PHQ-9 in the last ' || getvariable('phq9_every_days') || ' days',
       coalesce('last on ' || said(max(m.at_datetime)), 'none yet')
FROM episode_talk t LEFT JOIN measurement m ON m.person_id = t.person_id AND m.measure = 'phq9_total'
WHERE t.program = 'collaborative_care'
GROUP BY t.person_id
UNION ALL
-- A case review for whoever is not improved after 12 weeks.
SELECT t.person_id, 'reviewed', t.since_date + getvariable('response_days')::INT, count(h.id) > 0 OR coalesce(bool_or(m.held_times > 0), FALSE),
       'Improved, or reviewed, in the first ' || getvariable('response_days') // 7 || ' weeks',
       CASE WHEN bool_or(m.held_times > 0) THEN 'improved since ' || said(min(m.held_since))
            ELSE coalesce('reviewed on ' || said(min(h.opened_datetime)), 'not yet') END
FROM episode_talk t
LEFT JOIN mood_course m USING (person_id, program)
LEFT JOIN handoff h ON h.person_id = t.person_id AND h.kind = 'case_review' AND h.state NOT IN ('draft', 'cancelled')
                   AND h.opened_datetime::DATE >= t.since_date
WHERE t.program = 'collaborative_care'
GROUP BY t.person_id, t.since_date
