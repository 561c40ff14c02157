-- The last PHQ-9 of the last year and the last answer to its item 9; of several on one day the highest counts.
WITH answer AS (
    SELECT person_id, measure, at_datetime, at_datetime::DATE AS on_day, value::INT AS value, source, id
    FROM measurement
    WHERE measure IN ('phq9_total', 'phq9_item9')
      AND at_datetime::DATE > as_of_date() - getvariable('look_back_days')::INT
    QUALIFY row_number() OVER (PARTITION BY person_id, measure
                               ORDER BY at_datetime::DATE DESC, value DESC, at_datetime, at_practice(source) DESC, id) = 1
),
-- An item 9 that is not zero, whatever the total; a total of 10 or more in a person of 12 or more.
asked AS (
    SELECT a.*, a.measure = 'phq9_item9' AS item_nine
    FROM answer a JOIN living l USING (person_id)
    WHERE (a.measure = 'phq9_item9' AND a.value > 0)
       OR (a.measure = 'phq9_total' AND a.value >= getvariable('phq9_limit')
           AND coalesce(age_on(l.birth_date, a.on_day) >= getvariable('youngest'), TRUE))
),
-- Talked with: reached, not by letter. Item 9 asks for it from that moment on, the total for a later day.
talked AS (
    SELECT a.person_id, a.measure, min(c.at_datetime) AS at_datetime
    FROM asked a JOIN contact c ON c.person_id = a.person_id
    WHERE c.reached AND c.mode <> 'mail' AND c.at_datetime <= getvariable('as_of')
      AND CASE WHEN a.item_nine THEN c.at_datetime >= a.at_datetime ELSE c.at_datetime::DATE > a.on_day END
    GROUP BY a.person_id, a.measure
),
-- Seen: at the practice, or elsewhere for depression or by somebody of mental health.
met AS (
    SELECT a.person_id, a.measure,
           min(v.at_datetime) FILTER (CASE WHEN a.item_nine THEN v.at_datetime >= a.at_datetime
                                           ELSE v.at_datetime::DATE > a.on_day END) AS at_datetime,
           bool_or(v.at_datetime::DATE = a.on_day) AS that_day
    FROM asked a JOIN visit v ON v.person_id = a.person_id AND v.at_datetime::DATE >= a.on_day
    WHERE v.practice OR in_value_set(v.reason_codes, 'depression')
       OR regexp_matches(lower(concat_ws(' ', v.clinician, v.place)), 'psych|\bmental|behaviou?ral|\bcounsel')
    GROUP BY a.person_id, a.measure
),
-- A plan that the record shows: an antidepressant, or a referral to mental health, by the second day.
treated AS (
    SELECT a.person_id
    FROM asked a JOIN medicine m ON m.person_id = a.person_id
    WHERE NOT a.item_nine AND coalesce(m.on_day <= a.on_day + getvariable('plan_days')::INT, TRUE)
      AND list_has_any(string_split_regex(lower(m.label), '[^a-z]+'), getvariable('antidepressants'))
    UNION
    SELECT a.person_id
    FROM asked a JOIN service_request r ON r.person_id = a.person_id
    WHERE NOT a.item_nine AND r.status IN ('active', 'completed')
      AND r.authored_on_datetime::DATE BETWEEN a.on_day AND a.on_day + getvariable('plan_days')::INT
      AND regexp_matches(lower(concat_ws(' ', r.code_text, r.performer_type_text, r.performer_display)),
                         'psych|\bmental|behaviou?ral|\bcounsel')
      AND NOT coalesce(regexp_matches(lower(r.code_text), 'genetic|nutrition|diet|tobacco|smoking|weight'), FALSE)
),
judged AS (
    SELECT a.*, coalesce(m.that_day, FALSE) OR t.person_id IS NOT NULL AS has_plan,
           a.on_day + CASE WHEN a.item_nine THEN 0 WHEN has_plan THEN getvariable('contact_days')
                           ELSE getvariable('plan_days') END::INT AS due_date,
           CASE WHEN k.at_datetime <= coalesce(m.at_datetime, k.at_datetime) THEN 'Talked on ' || said(k.at_datetime)
                WHEN m.at_datetime IS NOT NULL THEN 'Seen on ' || said(m.at_datetime) END AS closed_by
    FROM asked a
    LEFT JOIN talked k USING (person_id, measure)
    LEFT JOIN met m USING (person_id, measure)
    LEFT JOIN treated t USING (person_id)
)
-- While item 9 is open it stands alone.
SELECT person_id,
       CASE WHEN item_nine THEN 'item9-' ELSE 'phq9-' END || on_day AS key,
       due_date,
       CASE WHEN item_nine THEN 'critical' ELSE severity_by(due_date, 'gap') END AS severity,
       CASE WHEN item_nine THEN 'PHQ-9 item 9 is ' || value || ': nobody has talked with them since'
            ELSE 'PHQ-9 ' || value || ' on ' || said(on_day) || ': no follow-up' END AS title,
       CASE WHEN item_nine
            THEN 'Thoughts of death or self-harm were answered with ' || value || ' on ' || said(on_day)
                 || '; a suicide-risk assessment is due the same day, and no talk or visit since is known.'
            WHEN has_plan
            THEN 'The last PHQ-9, on ' || said(on_day) || ', was ' || value || '; no talk, visit or PHQ-9 since, due by '
                 || said(due_date) || '.'
            ELSE 'The last PHQ-9, on ' || said(on_day) || ', was ' || value
                 || ', without a visit that day, an antidepressant or a referral; a plan was due by ' || said(due_date) || '.'
            END AS sentence,
       CASE WHEN item_nine THEN 'clinician' ELSE 'coordinator' END AS owner,
       '' AS with_whom,
       source || '/Observation/' || id AS fact_key,
       to_json([evidence('observation', id, source, CASE WHEN item_nine THEN 'PHQ-9 item 9' ELSE 'PHQ-9' END, on_day, value)])
           AS evidence,
       closed_by
FROM judged
QUALIFY item_nine OR NOT bool_or(item_nine AND closed_by IS NULL) OVER (PARTITION BY person_id)
