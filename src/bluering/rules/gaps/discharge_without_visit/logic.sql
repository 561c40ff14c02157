-- The person's last stay, if it ended at home in the last 30 days (the day of discharge and the 29 after it).
WITH discharge AS (
    SELECT person_id, source, id, place, admitted, discharged, discharged::DATE AS discharged_on, disposition,
           lag(discharged) OVER (PARTITION BY person_id ORDER BY admitted) AS home_before
    FROM hospitalization
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY admitted DESC) = 1
),
-- Within 7 days when decisions are of high complexity. How complex they were is known only after the visit; before it,
-- extensive need or another stay in the 6 months before stand in for it.
home AS (
    SELECT d.*,
           CASE WHEN n.person_id IS NOT NULL THEN 'because the need for coordination is extensive'
                WHEN d.home_before >= d.admitted - getvariable('stay_before_days')::INT * INTERVAL 1 DAY
                THEN 'because it was the second stay in 6 months' END AS why_soon,
           CASE WHEN why_soon IS NULL THEN getvariable('visit_days_moderate') ELSE getvariable('visit_days_high') END::INT
               AS within_days,
           d.discharged_on + within_days AS see_by
    FROM discharge d
    LEFT JOIN (SELECT DISTINCT person_id FROM need WHERE level = 'extensive') n USING (person_id)
    WHERE d.discharged <= getvariable('as_of')
      AND d.discharged_on > as_of_date() - getvariable('transition_days')::INT
      AND NOT coalesce(code_in_value_set(d.disposition, 'discharge_not_to_community'), FALSE)
),
-- Appointments with the practice after the discharge: kept, still to come, and what became of the others.
calendar AS (
    SELECT h.person_id, a.source, a.id, a.status, a.start_datetime::DATE AS on_day, a.practitioner_display AS clinician,
           a.status IN ('fulfilled', 'arrived', 'checked-in') AND a.start_datetime <= getvariable('as_of') AS kept,
           a.status IN ('booked', 'arrived', 'checked-in') AND a.start_datetime::DATE >= as_of_date() AS to_come
    FROM home h
    JOIN appointment a ON a.person_id = h.person_id AND a.start_datetime >= h.discharged
    WHERE at_practice(a.source) AND a.status IN ('booked', 'fulfilled', 'arrived', 'checked-in', 'cancelled', 'noshow')
),
planned AS (
    SELECT person_id,
           min(on_day) FILTER (kept) AS kept_on,
           min(on_day) FILTER (to_come AND NOT kept) AS booked_on,
           arg_min(clinician, on_day) FILTER (to_come AND NOT kept) AS booked_with,
           max(on_day) FILTER (NOT kept AND NOT to_come) AS lost_on,
           arg_max(status, on_day) FILTER (NOT kept AND NOT to_come) AS lost_how,
           arg_max(source, on_day) FILTER (NOT kept) AS source,
           arg_max(id, on_day) FILTER (NOT kept) AS id,
           arg_max(status, on_day) FILTER (NOT kept) AS status,
           max(on_day) FILTER (NOT kept) AS on_day
    FROM calendar
    GROUP BY person_id
),
seen AS (
    SELECT h.person_id, min(v.at_datetime)::DATE AS seen_on
    FROM home h JOIN visit v ON v.person_id = h.person_id AND v.practice AND v.at_datetime >= h.discharged
    GROUP BY h.person_id
),
judged AS (
    SELECT h.*, least(s.seen_on, p.kept_on) AS seen_on, p.booked_on, p.booked_with, p.lost_on, p.lost_how,
           p.source AS appointment_source, p.id AS appointment_id, p.status AS appointment_status, p.on_day AS appointment_on,
           p.booked_on <= h.see_by AS booked_in_time
    FROM home h LEFT JOIN seen s USING (person_id) LEFT JOIN planned p USING (person_id)
)
SELECT person_id,
       'stay-' || admitted::DATE AS key,
       see_by AS due_date,
       severity_by(see_by, CASE WHEN why_soon IS NULL OR booked_on IS NOT NULL THEN 'gap' ELSE 'critical' END) AS severity,
       CASE WHEN booked_on IS NOT NULL THEN 'Home from ' || place || ': booked only for ' || said(booked_on)
            ELSE 'Home from ' || place || ': no visit with the practice yet' END AS title,
       'Discharged on ' || said(discharged_on) || '; a visit with the practice '
           || CASE WHEN see_by < as_of_date() THEN 'was' ELSE 'is' END || ' due within ' || within_days || ' days, by '
           || said(see_by) || coalesce(', ' || why_soon, '') || '. '
           || CASE WHEN booked_on IS NOT NULL
                   THEN 'It is booked for ' || said(booked_on) || coalesce(' with ' || booked_with, '') || ', after that day.'
                   WHEN lost_how = 'noshow' THEN 'The appointment of ' || said(lost_on) || ' was missed and no other is booked.'
                   WHEN lost_how = 'cancelled'
                   THEN 'The appointment of ' || said(lost_on) || ' was cancelled and no other is booked.'
                   WHEN lost_how IS NOT NULL
                   THEN 'The appointment of ' || said(lost_on) || ' has passed, no visit is known and no other is booked.'
                   ELSE 'None is booked.' END AS sentence,
       'coordinator' AS owner,
       coalesce(booked_with, '') AS with_whom,
       source || '/Encounter/' || id AS fact_key,
       to_json(list_filter([
           evidence('encounter', id, source, 'Discharged from ' || place, discharged, disposition),
           CASE WHEN appointment_id IS NOT NULL
                THEN evidence('appointment', appointment_id, appointment_source, 'Appointment', appointment_on,
                              appointment_status) END], lambda e: e IS NOT NULL)) AS evidence,
       CASE WHEN seen_on IS NOT NULL THEN 'Seen on ' || said(seen_on)
            WHEN booked_in_time THEN 'Booked for ' || said(booked_on) || coalesce(' with ' || booked_with, '') END AS closed_by
FROM judged
