-- Our list, one row for each ingredient; two strengths of one ingredient may be taken together.
WITH ours AS MATERIALIZED (
    SELECT person_id, name, arg_max(shown, day) AS shown, arg_max(dose, day) AS dose, arg_max(label, day) AS label,
           arg_max(source, day) AS source, arg_max(id, day) AS id, arg_max(in_table, day) AS in_table,
           max(on_day) AS on_day, list_distinct(flatten(list(codes))) AS codes,
           CASE WHEN count(daily) = count(*) THEN list(daily) || [sum(daily), sum(DISTINCT daily)] END AS daily
    FROM (SELECT *, amount * per_day AS daily, coalesce(dose_said, label) AS dose,
                 coalesce(on_day, DATE '1900-01-01')::VARCHAR || id AS day
          FROM medicine WHERE list = 'practice')
    GROUP BY person_id, name
),
-- What others said lately: hospitals at discharge, other prescribers, pharmacies; the last word of each about an ingredient.
home AS (
    SELECT person_id, admitted::DATE AS admitted_on, discharged::DATE AS discharged_on, place
    FROM hospitalization
    WHERE discharged <= getvariable('as_of') AND discharged::DATE > as_of_date() - getvariable('recent_days')::INT
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY discharged DESC) = 1
),
-- Only who tells of the stay can have written its discharge list.
hospital AS (
    SELECT DISTINCT h.person_id, h.discharged_on, h.place, e.source
    FROM home h JOIN encounter e USING (person_id)
    WHERE e.class_code IN ('IMP', 'ACUTE', 'NONAC', 'OBSENC') AND e.status NOT IN ('planned', 'cancelled', 'entered-in-error')
      AND e.start_datetime::DATE <= h.discharged_on AND coalesce(e.end_datetime, e.start_datetime)::DATE >= h.admitted_on
),
said_by AS (
    SELECT m.person_id, m.name, m.shown, m.label, m.codes, m.source, m.id, m.in_table, m.on_day, m.days_supply,
           h.discharged_on, m.amount * m.per_day AS daily, coalesce(m.dose_said, m.label) AS dose,
           CASE WHEN m.list = 'pharmacy' THEN 'pharmacy'
                WHEN h.person_id IS NOT NULL THEN 'hospital' ELSE 'prescriber' END AS kind,
           CASE WHEN m.list = 'pharmacy' THEN coalesce(m.told_by, 'A pharmacy')
                WHEN h.person_id IS NOT NULL THEN h.place
                ELSE coalesce(m.told_by, m.source) END AS who
    FROM medicine m
    LEFT JOIN hospital h ON h.person_id = m.person_id AND h.source = m.source AND m.list <> 'pharmacy'
                        AND m.on_day BETWEEN h.discharged_on - 1 AND h.discharged_on + 1
    WHERE m.list <> 'practice' AND m.on_day > as_of_date() - getvariable('recent_days')::INT
),
theirs AS MATERIALIZED (
    -- `place`: the newest word first, on one day who prescribes before who fills; `since`: told so from this day on
    SELECT *, on_day::VARCHAR || (kind <> 'pharmacy')::INT || id AS place,
           min(on_day) OVER (PARTITION BY person_id, name, kind, who, daily) AS since,
           source || '/' || CASE in_table WHEN 'medication_request' THEN 'MedicationRequest'
                        WHEN 'medication_statement' THEN 'MedicationStatement' ELSE 'MedicationDispense' END || '/' || id AS fact_key,
           who || CASE kind WHEN 'pharmacy' THEN ' filled ' WHEN 'hospital' THEN ' sent home with ' ELSE ' has ' END
              || dose || ' (' || said(on_day) || ')' AS words
    FROM said_by
    WINDOW newest AS (PARTITION BY person_id, name, kind, who ORDER BY on_day DESC, source, id),
           same_day AS (PARTITION BY person_id, name, kind, who, on_day)
    QUALIFY row_number() OVER newest = 1 AND coalesce(min(daily) OVER same_day = max(daily) OVER same_day, TRUE)
),
-- The same ingredient by name, or where wording differs by an RxNorm code that both carry.
by_name AS (
    SELECT DISTINCT person_id, name, name AS our_name FROM theirs SEMI JOIN ours USING (person_id, name)
),
by_code AS (
    SELECT DISTINCT t.person_id, t.name, o.name AS our_name
    FROM (SELECT person_id, name, unnest(codes) AS code FROM theirs ANTI JOIN by_name USING (person_id, name)) t
    JOIN (SELECT person_id, name, unnest(codes) AS code FROM ours) o USING (person_id, code)
),
same AS MATERIALIZED (
    FROM by_name UNION ALL FROM by_code
),
-- Dose: both sides say amount and times a day, theirs was written after ours, and no way of adding ours up gives theirs.
dose_differs AS MATERIALIZED (
    SELECT t.person_id, s.our_name, t.* EXCLUDE (person_id, since), greatest(t.since, o.on_day) AS since
    FROM theirs t
    JOIN same s USING (person_id, name)
    JOIN ours o ON o.person_id = t.person_id AND o.name = s.our_name
    WHERE t.daily IS NOT NULL AND o.daily IS NOT NULL AND t.on_day > o.on_day AND NOT contains(s.our_name, '/')
      AND len(list_filter(o.daily, lambda x: abs(x - t.daily) < 0.001)) = 0
),
-- Who says as we do, so that the reader need not look it up.
agreeing AS (
    SELECT t.person_id, s.our_name AS name, string_agg(t.words, '; ' ORDER BY t.on_day, t.words) AS words,
           list(evidence(t.in_table, t.id, t.source, t.who, t.on_day, t.dose) ORDER BY t.on_day, t.id) AS proof
    FROM theirs t
    JOIN same s USING (person_id, name)
    JOIN ours o ON o.person_id = t.person_id AND o.name = s.our_name
    SEMI JOIN dose_differs d ON d.person_id = t.person_id AND d.our_name = s.our_name
    WHERE len(list_filter(o.daily, lambda x: abs(x - t.daily) < 0.001)) > 0
    GROUP BY t.person_id, s.our_name
),
-- A line without a code that matches nothing may be any medicine by its brand; next to it nothing is called missing.
our_list AS (
    SELECT ours.person_id, count(*) AS medicines, bool_or(len(coalesce(codes, [])) = 0 AND u.our_name IS NULL) AS unread
    FROM ours LEFT JOIN (SELECT DISTINCT person_id, our_name FROM same) u
        ON u.person_id = ours.person_id AND u.our_name = ours.name
    GROUP BY ours.person_id
),
-- Addition: on a list of others, not on ours. What we ordered once (and ended) is not news when a pharmacy filled it.
candidate AS MATERIALIZED (
    SELECT t.*, coalesce(l.medicines, 0) AS our_medicines
    FROM theirs t
    ANTI JOIN same USING (person_id, name)
    LEFT JOIN our_list l ON l.person_id = t.person_id
    WHERE len(t.codes) > 0 AND NOT coalesce(l.unread, FALSE)
      AND (t.kind = 'hospital' OR l.medicines > 0)
      AND NOT (t.kind = 'prescriber' AND t.in_table = 'medication_statement')
      AND NOT (t.kind = 'pharmacy' AND coalesce(t.days_supply <= getvariable('short_course_days'), FALSE))
),
ordered AS (
    SELECT DISTINCT c.person_id, c.name
    FROM (SELECT person_id, name, unnest(codes) AS code FROM candidate WHERE kind = 'pharmacy') c
    JOIN (SELECT person_id, unnest(medication_codes) AS code FROM medication_request
          WHERE at_practice(source) AND status <> 'entered-in-error'
            AND person_id IN (SELECT person_id FROM candidate WHERE kind = 'pharmacy')) r USING (person_id, code)
),
addition AS (
    SELECT c.* FROM candidate c LEFT JOIN ordered o USING (person_id, name)
    WHERE c.kind <> 'pharmacy' OR o.person_id IS NULL
),
-- A brand and its ingredient that carry one code are one addition, under the name that comes first.
first_name AS (
    SELECT person_id, name, min(earliest) AS our_name
    FROM (SELECT person_id, name, min(name) OVER (PARTITION BY person_id, code) AS earliest
          FROM (SELECT person_id, name, unnest(codes) AS code FROM addition))
    GROUP BY person_id, name
),
-- Duplication: the addition is of the same class as something on our list.
class AS (
    SELECT split_part(line, ': ', 1) AS class, unnest(string_split(split_part(line, ': ', 2), ', ')) AS name
    FROM (SELECT unnest(getvariable('same_class')) AS line)
),
twice AS (
    SELECT a.person_id, a.name, any_value(ac.class) AS class, arg_min(o.shown, o.name) AS our_shown,
           arg_min(o.dose, o.name) AS our_dose, arg_min(o.source, o.name) AS our_source, arg_min(o.id, o.name) AS our_id,
           arg_min(o.in_table, o.name) AS our_table, arg_min(o.on_day, o.name) AS our_day
    FROM addition a
    JOIN class ac ON ac.name = a.name
    JOIN class oc ON oc.class = ac.class AND oc.name <> ac.name
    JOIN ours o ON o.person_id = a.person_id AND o.name = oc.name
    GROUP BY a.person_id, a.name
),
-- Omission: the discharge list leaves out what was on our list before the stay.
discharge_list AS (
    SELECT t.person_id, any_value(h.place) AS place, any_value(h.admitted_on) AS admitted_on,
           any_value(h.discharged_on) AS discharged_on, count(*) AS medicines, list(s.our_name) AS on_both,
           bool_or(len(coalesce(t.codes, [])) = 0 AND s.our_name IS NULL) AS unread,
           arg_min(t.source, t.id) AS source, min(t.id) AS id, arg_min(t.in_table, t.id) AS in_table
    FROM theirs t JOIN home h USING (person_id) LEFT JOIN same s USING (person_id, name)
    WHERE t.kind = 'hospital' AND h.discharged_on > as_of_date() - getvariable('omission_days')::INT
    GROUP BY t.person_id
    HAVING medicines >= getvariable('least_discharge_medicines') AND NOT unread
),
found AS (
    SELECT person_id, our_name AS name, 'dose' AS what, max(on_day) AS their_day, min(since) AS from_day,
           min(discharged_on) AS discharged_on, arg_max(who, place) AS who, arg_max(dose, place) AS their_dose,
           arg_max(kind, place) AS kind, string_agg(words, '; ' ORDER BY place, words) AS words,
           arg_max(shown, place) AS their_shown, list(fact_key ORDER BY place DESC) AS facts,
           list(evidence(in_table, id, source, who, on_day, dose) ORDER BY place, id) AS proof, NULL::INT AS our_medicines
    FROM dose_differs GROUP BY person_id, our_name
    UNION ALL
    SELECT person_id, our_name, 'addition', max(on_day), min(since), min(discharged_on), arg_max(who, place),
           arg_max(dose, place), arg_max(kind, place), string_agg(words, '; ' ORDER BY place, words), arg_max(shown, place),
           list(fact_key ORDER BY place DESC),
           list(evidence(in_table, id, source, who, on_day, dose) ORDER BY place, id), any_value(our_medicines)::INT
    FROM addition JOIN first_name USING (person_id, name) GROUP BY person_id, our_name
    UNION ALL
    -- the fact in question is our own line
    SELECT d.person_id, o.name, 'omission', d.discharged_on, d.discharged_on, d.discharged_on, d.place, NULL, 'hospital',
           NULL, o.shown, [o.source || '/' || if(o.in_table = 'medication_request', 'MedicationRequest', 'MedicationStatement') || '/' || o.id],
           [evidence(d.in_table, d.id, d.source, d.place || ', ' || d.medicines || ' medicines', d.discharged_on,
                     'left out')],
           d.medicines::INT
    FROM discharge_list d JOIN ours o USING (person_id)
    ANTI JOIN dose_differs x ON x.person_id = d.person_id AND x.our_name = o.name
    WHERE o.on_day < d.admitted_on AND len(o.codes) > 0 AND NOT list_contains(d.on_both, o.name)
),
-- The last handoff that carries one of these facts and was opened when all of them were known.
carried AS (
    SELECT f.person_id, f.name, h.receiver, h.state, h.opened_datetime::DATE AS opened_on,
           coalesce(h.responsibility_confirmed, FALSE) AND h.state IN ('accepted', 'in_progress') AS accepted,
           h.state IN ('result_back', 'acted_on', 'closed') AS has_result
    FROM (SELECT person_id, name, their_day, unnest(facts) AS fact_key FROM found) f
    JOIN handoff h USING (person_id, fact_key)
    WHERE h.kind IN ('question', 'case_review', 'referral') AND h.state NOT IN ('draft', 'cancelled')
      AND h.opened_datetime::DATE >= f.their_day
    QUALIFY row_number() OVER (PARTITION BY f.person_id, f.name ORDER BY h.opened_datetime DESC, h.id) = 1
),
judged AS (
    SELECT f.*, o.dose AS our_dose, o.on_day AS our_day, o.source AS our_source, o.id AS our_id, o.in_table AS our_table,
           w.class, w.our_shown AS twin, w.our_dose AS twin_dose, w.our_source AS twin_source, w.our_id AS twin_id,
           w.our_table AS twin_table, w.our_day AS twin_day,
           y.words AS agreed, coalesce(y.proof, []) AS agreed_proof,
           upper(f.their_shown[1]) || f.their_shown[2:] AS called,
           coalesce(h.accepted, FALSE) AS accepted, coalesce(h.has_result, FALSE) AS has_result,
           h.state, h.receiver, h.opened_on
    FROM found f
    LEFT JOIN ours o ON o.person_id = f.person_id AND o.name = f.name
    LEFT JOIN agreeing y ON y.person_id = f.person_id AND y.name = f.name AND f.what = 'dose'
    LEFT JOIN twice w ON w.person_id = f.person_id AND w.name = f.name AND f.what = 'addition'
    LEFT JOIN carried h ON h.person_id = f.person_id AND h.name = f.name
),
timed AS (
    SELECT *, coalesce(discharged_on + getvariable('reconcile_days')::INT, from_day + getvariable('settle_days')::INT) AS due_date,
           said(our_day) || if(our_day < as_of_date() - 300, strftime(our_day, ', %Y'), '') AS our_date
    FROM judged
)
SELECT person_id,
       name AS key,
       due_date,
       severity_by(due_date, if(accepted, 'due', 'gap')) AS severity,
       called || CASE
           WHEN what = 'dose' THEN ': ' || our_dose || ' on our list, ' || their_dose
                || CASE kind WHEN 'pharmacy' THEN ' filled at ' ELSE ' from ' END || who
           WHEN what = 'omission' THEN ': on our list, left out by ' || who
           WHEN class IS NOT NULL THEN ' from ' || who || ', ' || twin || ' on our list: twice '
                || if(regexp_matches(class, '^[aeiouAEIOU]'), 'an ', 'a ') || class
           ELSE ': from ' || who || ', not on our list' END AS title,
       CASE what
           WHEN 'dose' THEN 'Our list has ' || our_dose || ' (' || our_date || '). ' || words || '. '
                || coalesce('As we have it: ' || agreed || '. ', '') || 'Nobody has said which dose counts.'
           WHEN 'omission' THEN 'Our list has ' || our_dose || ' (' || our_date || '); the discharge list of ' || who || ' of '
                || said(their_day) || ', with ' || our_medicines || ' medicines, leaves it out. Nobody has said whether it was stopped.'
           ELSE words || '. ' || CASE WHEN our_medicines = 0 THEN 'Our list is empty.'
                     ELSE 'Our list of ' || our_medicines || if(our_medicines = 1, ' medicine', ' medicines') || ' does not have it'
                          || coalesce('; it has ' || twin || ' (' || twin_dose || '), of the same class', '') || '.' END
       END || coalesce(CASE state WHEN 'declined' THEN ' ' || receiver || ' declined the question of ' || said(opened_on) || '.'
                                  WHEN 'accepted' THEN ' ' || receiver || ' accepted the question of ' || said(opened_on) || '.'
                                  WHEN 'in_progress' THEN ' ' || receiver || ' is working on it since ' || said(opened_on) || '.'
                                  WHEN 'sent' THEN ' Asked ' || receiver || ' on ' || said(opened_on) || ', no answer yet.'
                                  WHEN 'received' THEN ' Asked ' || receiver || ' on ' || said(opened_on)
                                                       || ', received but not yet accepted.' END, '') AS sentence,
       'coordinator' AS owner,
       who AS with_whom,
       facts[1] AS fact_key,
       to_json(list_filter([
           CASE WHEN our_id IS NOT NULL THEN evidence(our_table, our_id, our_source, 'Our list', our_day, our_dose) END,
           CASE WHEN twin_id IS NOT NULL
                THEN evidence(twin_table, twin_id, twin_source, 'Our list: ' || twin, twin_day, twin_dose) END
           ] || proof || agreed_proof, lambda e: e IS NOT NULL)) AS evidence,
       CASE WHEN has_result THEN 'The handoff brought the result' END AS closed_by
FROM timed
