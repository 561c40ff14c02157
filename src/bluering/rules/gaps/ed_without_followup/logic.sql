-- The person's last emergency visit, left within the last 30 days. Several sources may tell of the same day.
WITH last_visit AS (
    SELECT person_id, source, id, start_datetime, end_datetime, coalesce(end_datetime, start_datetime) AS left_at,
           discharge_disposition_code AS disposition, reason_text, service_provider_display AS place
    FROM encounter
    WHERE class_code = 'EMER' AND status NOT IN ('planned', 'cancelled', 'entered-in-error')
      AND start_datetime BETWEEN getvariable('as_of') - INTERVAL 40 DAY AND getvariable('as_of')
    QUALIFY row_number() OVER (PARTITION BY person_id
                               ORDER BY start_datetime::DATE DESC, end_datetime DESC NULLS LAST, source, id) = 1
),
-- Without a told end, a person counts as still there for a day.
went_home AS (
    SELECT v.*, v.left_at::DATE AS left_on, l.birth_date
    FROM last_visit v JOIN living l USING (person_id)
    WHERE coalesce(v.end_datetime <= getvariable('as_of'), v.start_datetime < getvariable('as_of') - INTERVAL 1 DAY)
      AND v.left_at::DATE > as_of_date() - getvariable('listed_days')::INT
      AND NOT coalesce(code_in_value_set(v.disposition, 'discharge_not_to_community'), FALSE)
),
-- Visits that led to a stay are left out: the stay's own gaps follow them.
not_admitted AS (
    SELECT w.* FROM went_home w
    ANTI JOIN hospitalization s ON s.person_id = w.person_id AND coalesce(s.discharged, getvariable('as_of')) > w.start_datetime
),
not_hospice AS (
    SELECT n.* FROM not_admitted n
    ANTI JOIN (SELECT person_id FROM problem WHERE problem = 'hospice_or_palliative') p USING (person_id)
),
-- Different high-risk conditions before the visit; COPD and asthma are one.
at_risk AS (
    SELECT n.person_id,
           count(DISTINCT CASE p.problem WHEN 'asthma' THEN 'chronic_lung_disease' ELSE p.problem END) AS conditions,
           string_agg(DISTINCT replace(p.problem, '_', ' '), ', ' ORDER BY replace(p.problem, '_', ' ')) AS named
    FROM not_hospice n JOIN problem p USING (person_id)
    WHERE p.problem IN ('chronic_lung_disease', 'asthma', 'dementia', 'chronic_kidney_disease', 'depression',
                        'heart_failure', 'myocardial_infarction', 'atrial_fibrillation', 'stroke')
      AND coalesce(p.since < n.start_datetime, TRUE)
    GROUP BY n.person_id
),
-- Besides the persons of the measure: whoever has a coordinator or needs one.
counted AS (
    SELECT n.*,
           CASE WHEN age_on(n.birth_date, n.start_datetime::DATE) >= getvariable('adult_age')
                     AND coalesce(r.conditions, 0) >= getvariable('conditions_needed')
                THEN coalesce('Lives with ' || r.named || '.', '')
                WHEN p.person_id IS NOT NULL THEN 'On the panel of ' || p.coordinator || '.'
                WHEN e.person_id IS NOT NULL THEN 'The need for coordination is extensive.' END AS why
    FROM not_hospice n
    LEFT JOIN at_risk r USING (person_id)
    LEFT JOIN (SELECT person_id, min(coordinator) AS coordinator FROM panel GROUP BY person_id) p USING (person_id)
    LEFT JOIN (SELECT DISTINCT person_id FROM need WHERE level = 'extensive') e USING (person_id)
    WHERE why IS NOT NULL
),
-- A follow-up service: a visit with anybody, or a talk with a coordinator; a letter is none.
visited AS (
    SELECT c.person_id, min(v.at_datetime) AS at_datetime, arg_min(coalesce(v.clinician, v.place), v.at_datetime) AS by_whom
    FROM counted c JOIN visit v ON v.person_id = c.person_id AND v.at_datetime >= c.left_at
    GROUP BY c.person_id
),
talked AS (
    SELECT c.person_id, min(k.at_datetime) FILTER (k.reached AND k.mode <> 'mail') AS at_datetime,
           count(*) FILTER (NOT k.reached) AS attempts, max(k.at_datetime) FILTER (NOT k.reached) AS tried_at
    FROM counted c JOIN contact k ON k.person_id = c.person_id AND k.at_datetime >= c.left_at
    GROUP BY c.person_id
),
judged AS (
    SELECT c.*, coalesce(c.place, 'the emergency department') AS from_where,
           c.left_on + getvariable('followup_days')::INT AS due_date, v.at_datetime AS seen_at, v.by_whom,
           t.at_datetime AS talked_at, coalesce(t.attempts, 0) AS attempts, t.tried_at
    FROM counted c LEFT JOIN visited v USING (person_id) LEFT JOIN talked t USING (person_id)
)
SELECT person_id,
       'emergency-' || start_datetime::DATE AS key,
       due_date,
       severity_by(due_date, 'gap') AS severity,
       'Emergency visit' || coalesce(' at ' || place, '') || ': nobody has followed up' AS title,
       'Left ' || from_where || ' on ' || said(left_on) || coalesce(' after coming for ' || reason_text, '')
           || '; no visit and no talk since, due within ' || getvariable('followup_days') || ' days, by ' || said(due_date)
           || CASE WHEN attempts > 0
                   THEN '; not reached in ' || attempts || CASE attempts WHEN 1 THEN ' attempt' ELSE ' attempts' END
                        || ', last on ' || said(tried_at) ELSE '' END || '. ' || why AS sentence,
       'coordinator' AS owner,
       coalesce(place, '') AS with_whom,
       source || '/Encounter/' || id AS fact_key,
       to_json([evidence('encounter', id, source, 'Emergency visit' || coalesce(' at ' || place, ''), left_at,
                         reason_text)]) AS evidence,
       CASE WHEN talked_at IS NOT NULL AND coalesce(talked_at <= seen_at, TRUE) THEN 'Talked on ' || said(talked_at)
            WHEN seen_at IS NOT NULL THEN 'Seen on ' || said(seen_at) || coalesce(' by ' || by_whom, '') END AS closed_by
FROM judged
