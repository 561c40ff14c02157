-- The person's last stay, if it ended at home in the last 30 days (the day of discharge and the 29 after it).
WITH discharge AS (
    SELECT person_id, source, id, place, admitted, discharged, discharged::DATE AS discharged_on, disposition
    FROM hospitalization
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY admitted DESC) = 1
),
home AS (
    SELECT *, business_days_after(discharged_on, getvariable('contact_business_days')) AS contact_by
    FROM discharge
    WHERE discharged <= getvariable('as_of')
      AND discharged_on > as_of_date() - getvariable('transition_days')::INT
      AND NOT coalesce(code_in_value_set(disposition, 'discharge_not_to_community'), FALSE)
),
-- Interactive contact: by telephone, video, message with an answer, or face to face; a letter is not interactive.
talked AS (
    SELECT h.person_id,
           min(c.at_datetime) FILTER (c.reached AND c.mode <> 'mail') AS reached_at,
           count(*) FILTER (NOT c.reached AND c.at_datetime::DATE <= h.contact_by) AS timely_attempts,
           max(c.at_datetime) FILTER (NOT c.reached) AS tried_at
    FROM home h JOIN contact c ON c.person_id = h.person_id AND c.at_datetime >= h.discharged
    GROUP BY h.person_id
),
-- A visit to the practice after the discharge is more than a call.
seen AS (
    SELECT h.person_id, min(v.at_datetime) AS seen_at
    FROM home h JOIN visit v ON v.person_id = h.person_id AND v.practice AND v.at_datetime >= h.discharged
    GROUP BY h.person_id
),
-- Two timely attempts: keep trying, one business day after the last one.
judged AS (
    SELECT h.*, t.reached_at, s.seen_at, coalesce(t.timely_attempts, 0) AS attempts, t.tried_at,
           CASE WHEN t.timely_attempts >= 2
                THEN greatest(h.contact_by, business_days_after(t.tried_at::DATE, 1))
                ELSE h.contact_by END AS due_date
    FROM home h LEFT JOIN talked t USING (person_id) LEFT JOIN seen s USING (person_id)
)
SELECT person_id,
       'stay-' || admitted::DATE AS key,
       due_date,
       severity_by(due_date, CASE WHEN attempts >= 2 THEN 'gap' ELSE 'critical' END) AS severity,
       CASE WHEN attempts >= 2 THEN 'Home from ' || place || ': tried ' || attempts || ' times, keep trying'
            ELSE 'Home from ' || place || ': nobody has talked with them yet' END AS title,
       'Discharged on ' || said(discharged_on) || '; a talk with the person or caregiver was due within '
           || getvariable('contact_business_days') || ' business days, by ' || said(contact_by)
           || CASE WHEN attempts > 0 THEN '; not reached in ' || attempts || ' timely '
                        || CASE attempts WHEN 1 THEN 'attempt' ELSE 'attempts' END ELSE '' END || '.' AS sentence,
       'coordinator' AS owner,
       place AS with_whom,
       source || '/Encounter/' || id AS fact_key,
       to_json([evidence('encounter', id, source, 'Discharged from ' || place, discharged, disposition)]) AS evidence,
       CASE WHEN reached_at IS NOT NULL THEN 'Talked on ' || said(reached_at)
            WHEN seen_at IS NOT NULL THEN 'Seen on ' || said(seen_at) END AS closed_by
FROM judged
