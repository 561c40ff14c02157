-- Serious conditions, as each source tells of them.
WITH told AS (
    SELECT p.person_id, p.problem, p.source, p.id, coalesce(p.label, replace(p.problem, '_', ' ')) AS label, p.clinician,
           coalesce(p.recorded_datetime, p.since)::DATE AS known_on, l.general_practitioner
    FROM problem p JOIN living l USING (person_id)
    ANTI JOIN (SELECT person_id FROM problem WHERE problem = 'hospice_or_palliative') h ON h.person_id = p.person_id
    WHERE p.problem IN ('heart_failure', 'diabetes', 'chronic_kidney_disease', 'chronic_lung_disease', 'dementia',
                        'depression', 'myocardial_infarction', 'atrial_fibrillation', 'stroke', 'cancer', 'hiv')
),
one AS (
    SELECT person_id, problem, min(known_on) AS known_on, any_value(general_practitioner) AS general_practitioner,
           arg_min(source, (NOT at_practice(source), source, id)) AS source,
           arg_min(id, (NOT at_practice(source), source, id)) AS id,
           arg_min(label, (NOT at_practice(source), source, id)) AS label,
           arg_min(clinician, (clinician IS NULL, NOT at_practice(source), source, id)) AS clinician
    FROM told
    GROUP BY person_id, problem
),
-- Conditions that were the reason of a visit. Codes are looked up once per different list, not once per visit.
listed AS (
    SELECT reason_codes, unnest(reason_codes) AS code FROM (SELECT DISTINCT reason_codes FROM visit)
),
reason AS (
    SELECT DISTINCT r.reason_codes, s.name AS problem
    FROM listed r
    JOIN value_set s ON s.code = r.code AND NOT s.is_prefix
    UNION
    SELECT DISTINCT r.reason_codes, s.name
    FROM listed r
    JOIN value_set s ON s.is_prefix AND starts_with(r.code, s.code)
),
-- Somebody answers for it: the practice with a clinician of record, the clinician who told of it, or one seen for it.
seen AS (
    SELECT o.person_id, o.problem, max(v.at_datetime)::DATE AS seen_on,
           arg_max(coalesce(v.clinician, v.place), v.at_datetime) AS by_whom
    FROM one o
    JOIN visit v ON v.person_id = o.person_id
    LEFT JOIN reason r ON r.reason_codes = v.reason_codes AND r.problem = o.problem
    WHERE r.problem IS NOT NULL
       OR (v.practice AND o.general_practitioner IS NOT NULL)
       OR lower(v.clinician) = lower(o.clinician)
    GROUP BY o.person_id, o.problem
),
-- Or somebody has accepted it; until the receiver says yes, nobody has.
handed AS (
    SELECT t.person_id, t.problem, h.receiver, h.opened_datetime::DATE AS opened_on,
           coalesce(h.responsibility_confirmed, FALSE) AS accepted
    FROM told t
    JOIN handoff h ON h.person_id = t.person_id AND h.fact_key = t.source || '/Condition/' || t.id
    WHERE h.state NOT IN ('draft', 'declined', 'cancelled', 'closed')
    QUALIFY row_number() OVER (PARTITION BY t.person_id, t.problem ORDER BY accepted DESC, h.opened_datetime DESC, h.id) = 1
),
judged AS (
    SELECT o.*, s.seen_on, s.by_whom, h.receiver, h.opened_on, coalesce(h.accepted, FALSE) AS accepted,
           coalesce(s.seen_on + getvariable('seen_within_days')::INT, o.known_on + getvariable('settle_days')::INT) AS due_date,
           s.seen_on > as_of_date() - getvariable('seen_within_days')::INT AS is_seen
    FROM one o LEFT JOIN seen s USING (person_id, problem) LEFT JOIN handed h USING (person_id, problem)
)
SELECT person_id,
       problem AS key,
       due_date,
       CASE WHEN due_date IS NULL THEN 'gap' ELSE severity_by(due_date, 'gap') END AS severity,
       label || ': nobody answers for it' AS title,
       label || ' is active' || coalesce(', told by ' || clinician, '')
           || coalesce(CASE WHEN clinician IS NULL THEN ', known since ' ELSE ' on ' END || strftime(known_on, '%b %-d, %Y'), '')
           || '. '
           || CASE WHEN seen_on IS NOT NULL
                   THEN 'The last visit that counts' || coalesce(', with ' || by_whom || ',', '') || ' was on '
                        || strftime(seen_on, '%b %-d, %Y') || '.'
                   WHEN general_practitioner IS NULL
                   THEN 'There is no clinician of record, and no visit for it in the last 12 months.'
                   ELSE general_practitioner || ' is the clinician of record, but there was no visit with the practice, nor '
                        || 'one for it elsewhere, in the last 12 months.' END
           || coalesce(' Handed to ' || receiver || ' on ' || said(opened_on) || ', not yet accepted.', '') AS sentence,
       'coordinator' AS owner,
       coalesce(general_practitioner, clinician, '') AS with_whom,
       source || '/Condition/' || id AS fact_key,
       to_json([evidence('condition', id, source, label, known_on, clinician)]) AS evidence,
       CASE WHEN accepted THEN receiver || ' accepted it'
            WHEN is_seen THEN 'Seen on ' || said(seen_on) || coalesce(' by ' || by_whom, '') END AS closed_by
FROM judged
