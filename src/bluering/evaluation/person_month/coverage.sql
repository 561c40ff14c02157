-- Days covered in each month, whoever covers them; a day that two cover counts once. Nobody is covered after death.
CREATE OR REPLACE TEMP TABLE covered AS
WITH death AS (
    SELECT person_id, min(deceased_datetime)::DATE AS died_on FROM patient WHERE deceased_datetime IS NOT NULL GROUP BY person_id
),
span AS (
    SELECT c.person_id, c.source, c.start_date AS since,
           least(coalesce(c.end_date, as_of_date()), coalesce(d.died_on, as_of_date()), as_of_date()) AS until
    FROM coverage c LEFT JOIN death d USING (person_id)
    WHERE coalesce(c.status, 'active') NOT IN ('cancelled', 'draft', 'entered-in-error') AND c.person_id IS NOT NULL
      AND c.start_date IS NOT NULL
),
piece AS (
    SELECT person_id, source, month, greatest(since, month) AS since, least(until, last_day(month)) AS until
    FROM (SELECT *, unnest(months_from(greatest(since, getvariable('first_month')), until)) AS month FROM span WHERE since <= until)
),
whole AS (
    SELECT person_id, month, list_sort(list(DISTINCT source)) AS payers,
           bool_or(since = month AND until = last_day(month)) AS is_whole,
           CASE WHEN NOT bool_or(since = month AND until = last_day(month))
                THEN len(list_distinct(flatten(list(range(day(since), day(until) + 1))))) END AS part_days
    FROM piece
    GROUP BY person_id, month
)
SELECT person_id, month, payers, CASE WHEN is_whole THEN day(last_day(month)) ELSE part_days END AS covered_days FROM whole;
