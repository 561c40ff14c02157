-- Referrals on which the person was seen, or was to be seen on a day that has passed ...
WITH met AS (
    SELECT *, coalesce(seen_on, passed_on) AS met_on,
           coalesce(met_on, referred_on + getvariable('assumed_seen_days')::INT) + getvariable('report_days')::INT AS due_date
    FROM referral
    WHERE seen_on IS NOT NULL OR (booked_on IS NULL AND (passed_on IS NOT NULL OR completed))
       OR report_on IS NOT NULL OR has_result
)
-- ... and the referring clinician has no report.
SELECT person_id,
       id AS key,
       due_date,
       -- Once somebody has accepted to get it, the gap is one step less pressing; the loop is still open.
       severity_by(due_date, CASE WHEN urgent AND NOT accepted THEN 'critical' WHEN accepted AND NOT urgent THEN 'due'
                                  ELSE 'gap' END) AS severity,
       CASE WHEN seen_on IS NOT NULL THEN 'Seen by ' || to_whom || ' on ' || said(seen_on) || ': no report back'
            ELSE 'Referral to ' || to_whom || ': no report back' END AS title,
       'Referred on ' || said(referred_on) || coalesce(' by ' || requester, '') || coalesce(' for ' || reason, '') || '; '
           || CASE WHEN seen_on IS NOT NULL THEN 'seen on ' || said(seen_on) || ', but no report has come back'
                   WHEN passed_on IS NOT NULL
                   THEN 'the appointment was on ' || said(passed_on) || ', but neither a visit nor a report is known'
                   ELSE 'the referral is marked completed, but neither a visit nor a report is known' END
           || ', due by ' || said(due_date) || '.' || coalesce(' ' || handed, '') AS sentence,
       'coordinator' AS owner,
       to_whom AS with_whom,
       source || '/ServiceRequest/' || id AS fact_key,
       to_json(list_filter([
           evidence('service_request', id, source, 'Referral to ' || to_whom, referred_on, reason),
           CASE WHEN visit_id IS NOT NULL
                THEN evidence('encounter', visit_id, visit_source, 'Visit with ' || to_whom, seen_on, NULL)
                WHEN appointment_id IS NOT NULL
                THEN evidence('appointment', appointment_id, appointment_source, 'Appointment', appointment_on,
                              appointment_status) END], lambda e: e IS NOT NULL)) AS evidence,
       CASE WHEN report_on IS NOT NULL THEN 'Report of ' || said(report_on)
            WHEN has_result THEN 'The handoff brought the result' END AS closed_by
FROM met
