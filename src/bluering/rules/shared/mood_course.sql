-- The PHQ-9 of people who are or were in a program: the first (the last one up to the first day, not older than 90 days; else the
-- first after it), the last one, and since when it has held: below 5, or half of the first, without a break.
WITH score AS (
    SELECT person_id, at_datetime::DATE AS on_day, value::INT AS value, source, id
    FROM measurement
    WHERE measure = 'phq9_total'
    QUALIFY row_number() OVER (PARTITION BY person_id, on_day ORDER BY value DESC, at_practice(source) DESC, source, id) = 1
),
during AS (
    SELECT e.person_id, e.program, e.state, e.since_date, e.left_date, s.on_day, s.value, s.source, s.id
    FROM episode e
    JOIN score s ON s.person_id = e.person_id AND s.on_day >= e.since_date - 90
),
begun AS (
    SELECT person_id, program,
           coalesce(arg_max(value, on_day) FILTER (on_day <= since_date), arg_min(value, on_day)) AS first_value,
           coalesce(max(on_day) FILTER (on_day <= since_date), min(on_day)) AS first_on
    FROM during
    GROUP BY person_id, program
),
judged AS (
    SELECT d.*, b.first_value, b.first_on,
           d.on_day > b.first_on AND (d.value < 5 OR d.value <= b.first_value * 0.5) AS improved
    FROM during d JOIN begun b USING (person_id, program)
),
-- A run of improved scores is unbroken when nothing worse comes after it.
held AS (
    SELECT *, bool_and(improved) OVER (PARTITION BY person_id, program ORDER BY on_day DESC ROWS UNBOUNDED PRECEDING) AS unbroken
    FROM judged
)
SELECT person_id, program, any_value(state) AS state, any_value(left_date) AS left_date,
       any_value(first_value) AS first_value, any_value(first_on) AS first_on,
       max(on_day) AS last_on, arg_max(value, on_day) AS last_value, arg_max(source, on_day) AS last_source,
       arg_max(id, on_day) AS last_id,
       min(on_day) FILTER (unbroken) AS held_since, count(*) FILTER (unbroken) AS held_times
FROM held
GROUP BY person_id, program
