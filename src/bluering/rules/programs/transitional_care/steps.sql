-- The discharge that the episode is about: the last one up to today.
WITH home AS (
    SELECT t.person_id, t.due_date, t.last_talk, h.discharged, h.discharged::DATE AS on_day
    FROM episode_talk t
    JOIN hospitalization h ON h.person_id = t.person_id AND h.discharged <= getvariable('as_of')
    WHERE t.program = 'transitional_care'
    QUALIFY row_number() OVER (PARTITION BY t.person_id ORDER BY h.discharged DESC) = 1
)
-- An interactive contact within 2 business days ...
SELECT h.person_id, 'first_talk' AS key, business_days_after(h.on_day, getvariable('contact_business_days')) AS due_date,
       coalesce(min(c.at_datetime)::DATE <= business_days_after(h.on_day, getvariable('contact_business_days')), FALSE) AS met, 'Talked with within 2 business days' AS title,
       coalesce('on ' || said(min(c.at_datetime)), 'not yet') AS sentence
FROM home h LEFT JOIN contact c ON c.person_id = h.person_id AND c.reached AND c.mode <> 'mail' AND c.at_datetime >= h.discharged
GROUP BY h.person_id, h.on_day
UNION ALL
-- ... a visit within 14 days ...
SELECT h.person_id, 'visit', h.on_day + getvariable('visit_days')::INT, coalesce(min(v.at_datetime)::DATE <= h.on_day + getvariable('visit_days')::INT, FALSE),
       'Seen within ' || getvariable('visit_days') || ' days', coalesce('on ' || said(min(v.at_datetime)), 'not yet')
FROM home h LEFT JOIN visit v ON v.person_id = h.person_id AND v.practice AND v.at_datetime >= h.discharged
GROUP BY h.person_id, h.on_day
UNION ALL
-- ... and talked with as often as the level says.
SELECT person_id, 'talk', due_date, due_date >= as_of_date(), 'Talked with as often as the level says',
       coalesce('last on ' || said(last_talk), 'not yet')
FROM home
