-- Talks with people who are in a program now: how many in the first four weeks, the last one, and by when the next is due.
-- A letter is no talk, nor is an attempt that reached nobody.
SELECT e.person_id, e.program, e.since_date,
       count(c.person_id) FILTER (c.at_datetime::DATE <= e.since_date + 28) AS first_talks,
       max(c.at_datetime)::DATE AS last_talk,
       greatest(coalesce(last_talk, e.since_date), coalesce(e.resumed_date, e.since_date)) + e.contact_days AS due_date
FROM episode e
LEFT JOIN contact c ON c.person_id = e.person_id AND c.reached AND c.mode <> 'mail'
                   AND c.at_datetime::DATE >= e.since_date AND c.at_datetime <= getvariable('as_of')
WHERE e.state IN ('active', 'stepping_down')
GROUP BY e.person_id, e.program, e.since_date, e.resumed_date, e.contact_days
