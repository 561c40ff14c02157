-- Referrals that are neither booked nor seen nor answered, 30 days after they were made (urgent ones: 7).
WITH judged AS (
    SELECT *, referred_on + CASE WHEN urgent THEN getvariable('urgent_days') ELSE getvariable('routine_days') END::INT
                  AS due_date,
           CASE WHEN urgent THEN 'critical' ELSE 'gap' END AS when_late
    FROM referral
)
SELECT person_id,
       id AS key,
       due_date,
       -- Once the receiver has accepted, somebody is on it; the loop is still open.
       severity_by(due_date, CASE WHEN NOT accepted THEN when_late WHEN urgent THEN 'gap' ELSE 'due' END) AS severity,
       CASE WHEN urgent THEN 'Urgent referral to ' ELSE 'Referral to ' END || to_whom
           || CASE lost_how WHEN 'noshow' THEN ': appointment missed, no new one'
                            WHEN 'cancelled' THEN ': appointment cancelled, no new one'
                            ELSE ': no appointment yet' END AS title,
       'Referred on ' || said(referred_on) || coalesce(' by ' || requester, '') || coalesce(' for ' || reason, '') || '; '
           || CASE lost_how WHEN 'noshow' THEN 'the appointment of ' || said(lost_on) || ' was missed and no other is known'
                            WHEN 'cancelled'
                            THEN 'the appointment of ' || said(lost_on) || ' was cancelled and no other is known'
                            ELSE 'no appointment, visit or report is known' END
           || ', due by ' || said(due_date) || '.' || coalesce(' ' || handed, '') AS sentence,
       'coordinator' AS owner,
       to_whom AS with_whom,
       source || '/ServiceRequest/' || id AS fact_key,
       to_json(list_filter([
           evidence('service_request', id, source, 'Referral to ' || to_whom, referred_on, reason),
           CASE WHEN lost_how IS NOT NULL
                THEN evidence('appointment', appointment_id, appointment_source, 'Appointment', appointment_on,
                              appointment_status) END], lambda e: e IS NOT NULL)) AS evidence,
       CASE WHEN report_on IS NOT NULL THEN 'Report of ' || said(report_on)
            WHEN seen_on IS NOT NULL THEN 'Seen on ' || said(seen_on)
            WHEN booked_on IS NOT NULL THEN 'Booked for ' || said(booked_on)
            WHEN passed_on IS NOT NULL THEN 'The appointment was on ' || said(passed_on)
            WHEN has_result THEN 'The handoff brought a result'
            WHEN completed THEN 'Marked completed where it was made' END AS closed_by
FROM judged
