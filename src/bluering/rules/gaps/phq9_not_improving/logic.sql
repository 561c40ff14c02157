-- Adults with depression, without hospice or palliative care.
WITH counted AS (
    SELECT p.person_id, min(p.id) AS condition_id, arg_min(p.source, p.id) AS condition_source, arg_min(p.label, p.id) AS label
    FROM problem p JOIN living l USING (person_id)
    WHERE p.problem = 'depression' AND coalesce(age_on(l.birth_date, as_of_date()) >= getvariable('youngest'), TRUE)
      AND p.person_id NOT IN (SELECT person_id FROM problem WHERE problem = 'hospice_or_palliative')
    GROUP BY p.person_id
),
-- One PHQ-9 a day; of several, the highest counts.
score AS (
    SELECT m.person_id, m.at_datetime::DATE AS on_day, m.value::INT AS value, m.source, m.id
    FROM measurement m SEMI JOIN counted USING (person_id)
    WHERE m.measure = 'phq9_total'
    QUALIFY row_number() OVER (PARTITION BY m.person_id, on_day
                               ORDER BY m.value DESC, at_practice(m.source) DESC, m.source, m.id) = 1
),
-- A course begins with the first 10 or more: ever, after a remission, or after half a year without a PHQ-9.
marked AS (
    SELECT *, coalesce(lag(value) OVER w < getvariable('remission_below')
                       OR on_day - lag(on_day) OVER w > getvariable('new_course_days'), TRUE)::INT AS breaks
    FROM score
    WINDOW w AS (PARTITION BY person_id ORDER BY on_day)
),
numbered AS (
    SELECT *, sum(breaks) OVER (PARTITION BY person_id ORDER BY on_day ROWS UNBOUNDED PRECEDING) AS course FROM marked
),
course AS (
    SELECT person_id, course, max(on_day) AS last_on, arg_max(value, on_day) AS last_value,
           arg_max(source, on_day) AS last_source, arg_max(id, on_day) AS last_id,
           min(on_day) FILTER (value >= getvariable('entry_score')) AS first_on,
           arg_min(value, on_day) FILTER (value >= getvariable('entry_score')) AS first_value,
           arg_min(source, on_day) FILTER (value >= getvariable('entry_score')) AS first_source,
           arg_min(id, on_day) FILTER (value >= getvariable('entry_score')) AS first_id
    FROM numbered
    GROUP BY person_id, course
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY course DESC) = 1
),
-- Less than 5 points at 4 to 6 weeks, or less than 50 % from week 8 on.
compared AS (
    SELECT *, last_on - first_on AS days, first_value - last_value AS fall,
           days >= getvariable('response_days') AS late,
           first_on + CASE WHEN late THEN getvariable('response_change_by_days')
                           ELSE getvariable('early_change_by_days') END::INT AS due_date,
           last_value < getvariable('remission_below')
           OR CASE WHEN late THEN fall >= first_value * getvariable('response_share')
                   ELSE fall >= getvariable('early_points') END AS improved
    FROM course
    WHERE days >= getvariable('early_days') AND last_on > as_of_date() - getvariable('look_back_days')::INT
),
-- What was ordered for it, by medicine and dose of a day; NULL where the words do not say the dose.
ordered AS (
    SELECT r.person_id, r.authored_on_datetime AS at_datetime, r.authored_on_datetime::DATE AS on_day,
           list_intersect(string_split_regex(lower(r.medication_text), '[^a-z]+'), getvariable('psychotropics'))[1] AS name,
           nullif(regexp_extract(lower(r.medication_text), '([0-9.]+) ?mg\b', 1), '') AS strength,
           CASE WHEN regexp_matches(lower(r.dose_unit), '^mg') THEN r.dose_quantity
                WHEN regexp_extract(lower(r.dosage_text), '([0-9.]+) ?mg\b', 1) <> ''
                THEN try_cast(regexp_extract(lower(r.dosage_text), '([0-9.]+) ?mg\b', 1) AS DOUBLE)
                ELSE try_cast(strength AS DOUBLE) * coalesce(r.dose_quantity, 1) END * coalesce(r.frequency, 1) AS dose
    FROM medication_request r
    WHERE r.person_id IN (SELECT person_id FROM compared WHERE NOT improved)
      AND r.status IN ('active', 'completed', 'stopped', 'on-hold', 'ended', 'unknown')
      AND coalesce(r.intent, 'order') NOT IN ('proposal', 'plan', 'option')
      AND r.authored_on_datetime <= getvariable('as_of')
),
-- A start or another dose changes the treatment; a renewal does not. It is given 4 weeks before a PHQ-9 judges it.
compared_order AS (
    SELECT *, lag(name) OVER w IS NULL AS started, dose <> lag(dose) OVER w AS other_dose
    FROM ordered
    WHERE name IS NOT NULL
    WINDOW w AS (PARTITION BY person_id, name ORDER BY at_datetime)
),
changed AS (
    SELECT o.person_id, max(o.on_day) AS on_day, arg_max(o.name, o.at_datetime) AS name,
           arg_max(o.started, o.at_datetime) AS started
    FROM compared_order o JOIN compared c USING (person_id)
    WHERE (o.started OR o.other_dose) AND o.on_day > c.last_on - getvariable('trial_days')::INT
    GROUP BY o.person_id
),
-- So does a referral to mental health.
referred AS (
    SELECT c.person_id, max(r.authored_on_datetime)::DATE AS on_day
    FROM compared c JOIN service_request r ON r.person_id = c.person_id
    WHERE NOT c.improved AND r.status IN ('active', 'completed')
      AND coalesce(r.intent, 'order') NOT IN ('proposal', 'plan', 'option')
      AND r.authored_on_datetime <= getvariable('as_of')
      AND r.authored_on_datetime::DATE > c.last_on - getvariable('trial_days')::INT
      AND regexp_matches(lower(concat_ws(' ', r.code_text, r.performer_type_text, r.performer_display)),
                         'psych|\bmental|behaviou?ral|\bcounsel')
      AND NOT coalesce(regexp_matches(lower(r.code_text), 'genetic|nutrition|diet|tobacco|smoking|weight'), FALSE)
    GROUP BY c.person_id
),
-- The last case review of these weeks; it is done when its recommendation was answered and acted on.
reviewed AS (
    SELECT c.person_id, h.state, h.receiver, h.opened_datetime::DATE AS on_day
    FROM compared c JOIN handoff h ON h.person_id = c.person_id
    WHERE NOT c.improved AND h.state NOT IN ('draft', 'cancelled') AND h.opened_datetime <= getvariable('as_of')
      AND ((h.kind = 'case_review' AND h.opened_datetime::DATE > c.last_on - getvariable('trial_days')::INT)
           OR h.fact_key = c.last_source || '/Observation/' || c.last_id)
    QUALIFY row_number() OVER (PARTITION BY c.person_id ORDER BY h.opened_datetime DESC, h.id) = 1
),
judged AS (
    SELECT c.*, k.*, coalesce(v.state IN ('accepted', 'in_progress'), FALSE) AS taken_on,
           CASE v.state WHEN 'sent' THEN ' Sent to ' || v.receiver || ' on ' || said(v.on_day) || ', no answer yet.'
                        WHEN 'received' THEN ' ' || v.receiver || ' received it, sent on ' || said(v.on_day) || '.'
                        WHEN 'declined' THEN ' ' || v.receiver || ' declined what was sent on ' || said(v.on_day) || '.'
                        WHEN 'accepted' THEN ' ' || v.receiver || ' accepted what was sent on ' || said(v.on_day) || '.'
                        WHEN 'in_progress' THEN ' ' || v.receiver || ' is working on what was sent on ' || said(v.on_day) || '.'
                        ELSE '' END AS handed,
           CASE WHEN c.improved THEN 'PHQ-9 ' || c.first_value || ' → ' || c.last_value || ' on ' || said(c.last_on)
                WHEN x.on_day IS NOT NULL
                THEN upper(x.name[1]) || x.name[2:] || CASE WHEN x.started THEN ' started on ' ELSE ' changed on ' END
                     || said(x.on_day)
                WHEN r.on_day IS NOT NULL THEN 'Referred to mental health on ' || said(r.on_day)
                WHEN v.state IN ('result_back', 'acted_on', 'closed') THEN 'Reviewed, sent on ' || said(v.on_day)
                END AS closed_by
    FROM compared c JOIN counted k USING (person_id)
    LEFT JOIN changed x USING (person_id) LEFT JOIN referred r USING (person_id) LEFT JOIN reviewed v USING (person_id)
)
SELECT person_id,
       'phq9-course-' || first_on AS key,
       due_date,
       severity_by(due_date, CASE WHEN taken_on THEN 'due' ELSE 'gap' END) AS severity,
       'PHQ-9 ' || first_value || ' → ' || last_value || ', treatment unchanged' AS title,
       'In week ' || (days // 7) || ' the PHQ-9 was ' || last_value || ', ' || said(last_on) || '; it was ' || first_value || ' on '
           || said(first_on) || CASE WHEN year(first_on) < year(as_of_date()) THEN ', ' || year(first_on) ELSE '' END
           || '. That is less than ' || CASE WHEN late THEN 'half' ELSE getvariable('early_points') || ' points' END
           || ' down, and no start, change of dose or referral is known since '
           || said(last_on - getvariable('trial_days')::INT + 1) || '; a change'
           || CASE WHEN late THEN ' or case review' ELSE '' END || ' was due by ' || said(due_date) || '.' || handed AS sentence,
       'clinician' AS owner,
       '' AS with_whom,
       last_source || '/Observation/' || last_id AS fact_key,
       to_json([evidence('observation', last_id, last_source, 'PHQ-9', last_on, last_value),
                evidence('observation', first_id, first_source, 'First PHQ-9 of this course', first_on, first_value),
                evidence('condition', condition_id, condition_source, label, NULL, NULL)]) AS evidence,
       closed_by
FROM judged
