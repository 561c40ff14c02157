-- Referrals of the last 400 days, one row each, with what became of them: appointment, visit, report, handoff.
-- The same referral told by several sources is one row; it bears the id that our own practice gave it.
WITH told AS (
    SELECT person_id, source, id, status, authored_on_datetime::DATE AS referred_on,
           coalesce(priority, 'routine') AS priority, requester_display AS requester, reason_text AS reason,
           performer_id, performer_display AS performer,
           coalesce(performer_type_text, nullif(regexp_replace(code_text, '^(patient )?referral( to)?', '', 'i').trim(), ''))
               AS specialty,
           coalesce(performer_display, specialty, 'a specialist') AS to_whom
    FROM service_request
    WHERE status IN ('active', 'completed', 'unknown')
      AND coalesce(intent, 'order') IN ('order', 'original-order', 'reflex-order', 'filler-order', 'instance-order')
      AND authored_on_datetime BETWEEN getvariable('as_of') - INTERVAL 400 DAY AND getvariable('as_of')
      AND (code_in_value_set(category_code, 'referral') OR in_value_set(code_codes, 'referral'))
),
-- Two on one day to the same place from one source are two referrals; the first of each source is the same one.
counted AS (
    SELECT t.*, row_number() OVER (PARTITION BY person_id, referred_on, lower(to_whom), source ORDER BY id) AS nth
    FROM told t JOIN living USING (person_id)
),
named AS (
    SELECT *, first_value(id) OVER same AS key_id, first_value(source) OVER same AS key_source
    FROM counted
    WINDOW same AS (PARTITION BY person_id, referred_on, lower(to_whom), nth
                    ORDER BY at_practice(source) DESC, source, id)
),
one AS (
    SELECT person_id, key_source AS source, key_id AS id, referred_on, any_value(to_whom) AS to_whom,
           bool_or(status = 'completed') AS completed, bool_or(priority IN ('urgent', 'asap', 'stat')) AS urgent,
           max(requester) AS requester, max(reason) AS reason
    FROM named
    GROUP BY person_id, key_source, key_id, referred_on
),
-- Appointments made on the referral, or with the same clinician or specialty from that day on.
appointed AS (
    SELECT n.person_id, n.key_source, n.key_id, a.source, a.id, a.status, a.start_datetime::DATE AS on_day
    FROM named n
    JOIN appointment a ON a.person_id = n.person_id
    WHERE a.start_datetime::DATE >= n.referred_on
      AND (a.based_on_id = n.id
           OR (a.based_on_id IS NULL
               AND ((a.source = n.source AND a.practitioner_id = n.performer_id)
                    OR lower(a.practitioner_display) = lower(n.performer)
                    OR (length(n.specialty) > 3 AND contains(lower(a.description), lower(n.specialty))))))
),
calendar AS (
    SELECT person_id, key_source, key_id,
           min(on_day) FILTER (status IN ('fulfilled', 'arrived', 'checked-in')) AS kept_on,
           min(on_day) FILTER (status = 'booked' AND on_day >= as_of_date()) AS booked_on,
           max(on_day) FILTER (status = 'booked' AND on_day < as_of_date()) AS passed_on,
           max(on_day) FILTER (status IN ('cancelled', 'noshow')) AS lost_on,
           arg_max(status, on_day) FILTER (status IN ('cancelled', 'noshow')) AS lost_how,
           arg_max(source, on_day) FILTER (status <> 'entered-in-error') AS source,
           arg_max(id, on_day) FILTER (status <> 'entered-in-error') AS id,
           arg_max(status, on_day) FILTER (status <> 'entered-in-error') AS status,
           max(on_day) FILTER (status <> 'entered-in-error') AS on_day
    FROM appointed
    GROUP BY person_id, key_source, key_id
),
visited AS (
    SELECT n.person_id, n.key_source, n.key_id, v.source, v.id, v.at_datetime::DATE AS on_day
    FROM named n
    JOIN visit v ON v.person_id = n.person_id
    WHERE v.at_datetime::DATE >= n.referred_on
      AND ((v.source = n.source AND n.performer_id IN (v.clinician_id, v.place_id))
           OR lower(n.performer) IN (lower(v.clinician), lower(v.place))
           OR (length(n.specialty) > 3 AND contains(lower(v.place), lower(n.specialty))))
),
met AS (
    SELECT person_id, key_source, key_id, min(on_day) AS visited_on, arg_min(source, on_day) AS source,
           arg_min(id, on_day) AS id
    FROM visited
    GROUP BY person_id, key_source, key_id
),
-- A report: made on the referral, or a consult note of the one referred to or about the visit.
came_back AS (
    SELECT n.person_id, n.key_source, n.key_id, d.source, d.id, 'diagnostic_report' AS in_table,
           coalesce(d.issued_datetime, d.effective_datetime)::DATE AS on_day
    FROM named n
    JOIN diagnostic_report d ON d.person_id = n.person_id AND d.based_on_id = n.id
    WHERE d.status IN ('final', 'amended', 'corrected', 'appended')
      AND coalesce(d.issued_datetime, d.effective_datetime)::DATE BETWEEN n.referred_on AND as_of_date()
    UNION ALL
    SELECT n.person_id, n.key_source, n.key_id, d.source, d.id, 'document_reference', d.date_datetime::DATE
    FROM named n
    JOIN document_reference d ON d.person_id = n.person_id
    LEFT JOIN met m ON m.person_id = n.person_id AND m.key_source = n.key_source AND m.key_id = n.key_id
    WHERE d.status = 'current' AND d.date_datetime::DATE BETWEEN n.referred_on AND as_of_date()
      AND (in_value_set(d.type_codes, 'consult_note') OR contains(lower(d.type_text), 'consult'))
      AND (d.context_related_id = n.id
           OR lower(n.performer) IN (lower(d.author_display), lower(d.custodian_display))
           OR (length(n.specialty) > 3
               AND contains(lower(concat_ws(' ', d.type_text, d.author_display, d.custodian_display)), lower(n.specialty)))
           OR (d.source = m.source AND d.context_encounter_id = m.id))
),
report AS (
    SELECT person_id, key_source, key_id, min(on_day) AS report_on
    FROM came_back
    GROUP BY person_id, key_source, key_id
),
-- The last handoff that carries the referral. Until the receiver says yes, the sender stays responsible.
carried AS (
    SELECT n.person_id, n.key_source, n.key_id, h.state, h.receiver, h.opened_datetime::DATE AS opened_on,
           coalesce(h.responsibility_confirmed, FALSE) AND h.state IN ('accepted', 'in_progress') AS accepted,
           h.state IN ('result_back', 'acted_on', 'closed') AS has_result
    FROM named n
    JOIN handoff h ON h.person_id = n.person_id AND h.fact_key = n.source || '/ServiceRequest/' || n.id
    WHERE h.state NOT IN ('draft', 'cancelled')
    QUALIFY row_number() OVER (PARTITION BY n.person_id, n.key_source, n.key_id ORDER BY h.opened_datetime DESC, h.id) = 1
)
SELECT o.*, least(m.visited_on, c.kept_on) AS seen_on, m.source AS visit_source, m.id AS visit_id, c.booked_on, c.passed_on,
       c.lost_on, c.lost_how, c.source AS appointment_source, c.id AS appointment_id, c.status AS appointment_status,
       c.on_day AS appointment_on, r.report_on, coalesce(h.accepted, FALSE) AS accepted,
       coalesce(h.has_result, FALSE) AS has_result,
       CASE h.state WHEN 'declined' THEN h.receiver || ' declined what was handed over on ' || said(h.opened_on) || '.'
                    WHEN 'accepted' THEN h.receiver || ' accepted it, handed over on ' || said(h.opened_on) || '.'
                    WHEN 'in_progress' THEN h.receiver || ' is working on it, handed over on ' || said(h.opened_on) || '.'
                    WHEN 'sent' THEN 'Handed to ' || h.receiver || ' on ' || said(h.opened_on) || ', no answer yet.'
                    WHEN 'received' THEN 'Handed to ' || h.receiver || ' on ' || said(h.opened_on)
                                         || ', received but not yet accepted.' END AS handed
FROM one o
LEFT JOIN calendar c ON c.person_id = o.person_id AND c.key_source = o.source AND c.key_id = o.id
LEFT JOIN met m ON m.person_id = o.person_id AND m.key_source = o.source AND m.key_id = o.id
LEFT JOIN report r ON r.person_id = o.person_id AND r.key_source = o.source AND r.key_id = o.id
LEFT JOIN carried h ON h.person_id = o.person_id AND h.key_source = o.source AND h.key_id = o.id
