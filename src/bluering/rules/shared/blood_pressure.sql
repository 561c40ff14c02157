-- Blood pressures of the last year, one row a day: the lowest of each on a day that has both.
-- Readings in hospital or emergency department do not count (CMS165).
WITH reading AS (
    SELECT m.person_id, m.at_datetime::DATE AS on_day, m.measure, m.value, m.source, m.id
    FROM measurement m
    ANTI JOIN (SELECT person_id, start_datetime, end_datetime FROM encounter
               WHERE class_code IN ('EMER', 'IMP', 'ACUTE', 'NONAC', 'OBSENC')
                 AND status NOT IN ('planned', 'cancelled', 'entered-in-error')) e
        ON e.person_id = m.person_id
       AND m.at_datetime BETWEEN e.start_datetime AND coalesce(e.end_datetime, getvariable('as_of'))
    WHERE m.measure IN ('systolic', 'diastolic') AND m.at_datetime >= getvariable('as_of') - INTERVAL 1 YEAR
)
SELECT person_id, on_day,
       min(value) FILTER (measure = 'systolic')::INT AS systolic,
       min(value) FILTER (measure = 'diastolic')::INT AS diastolic,
       min(source) AS source, min(id) AS id
FROM reading
GROUP BY person_id, on_day
HAVING systolic IS NOT NULL AND diastolic IS NOT NULL
