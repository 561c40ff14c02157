-- Who was on which list in which month. Groups and Lists are read in every version that was ever told: of the versions of one month the last
-- counts, so that earlier months stay as they were. Days that files tell are midnights in UTC.
CREATE OR REPLACE TEMP TABLE identified AS
SELECT DISTINCT ON (identifier) person_id, identifier
FROM (SELECT person_id, unnest(identifiers) AS identifier FROM patient WHERE person_id IS NOT NULL) ORDER BY identifier, person_id;

CREATE OR REPLACE TEMP TABLE group_told AS
SELECT m.source, m.id, m.row_id, coalesce(try_strptime(c.month_told, '%Y-%m')::DATE, month_of(coalesce((m.updated AT TIME ZONE 'UTC')::DATE, l.day))) AS month,
       coalesce(m.updated, l.day::TIMESTAMPTZ) AS told_at
FROM {group_rows} m
LEFT JOIN load_day l ON l.load_id = m.load_id
LEFT JOIN (SELECT source, id, any_value(month_told) AS month_told FROM {group_member_rows} GROUP BY ALL) c ON c.source = m.source AND c.id = m.id
WHERE NOT (m.stale AND m.replaces IS NOT NULL)
QUALIFY row_number() OVER (PARTITION BY m.source, m.id, month ORDER BY told_at DESC, m.row_id DESC) = 1;

CREATE OR REPLACE TEMP TABLE on_group AS
SELECT t.source, t.month, coalesce(l.person_id, i.person_id) AS person_id, coalesce(l.subject_key, g.member_system || '|' || g.member_value) AS member_key,
       g.payer_display AS payer, g.start_date AS since, g.end_date AS until, g.provider_id, g.provider_number, g.provider_display
FROM group_told t JOIN {group_member_rows} g ON g.row_id = t.row_id
LEFT JOIN person_link l ON l.subject_key = g.subject_key
LEFT JOIN identified i ON l.person_id IS NULL AND i.identifier = g.member_system || '|' || g.member_value
WHERE coalesce(g.member_type, 'Patient') = 'Patient' AND g.group_active IS DISTINCT FROM false AND g.inactive IS DISTINCT FROM true
  AND coalesce(lower(g.change_code), '') NOT IN ('drop', 'dropped', 'delete', 'deleted', 'remove', 'removed')
  AND coalesce(g.start_date <= last_day(t.month), true) AND coalesce(g.end_date >= t.month, true);

CREATE OR REPLACE TEMP TABLE list_told AS
SELECT m.source, m.id, m.row_id, month_of(coalesce(c.on_day, (m.updated AT TIME ZONE 'UTC')::DATE, l.day)) AS month, coalesce(m.updated, l.day::TIMESTAMPTZ) AS told_at
FROM {list_rows} m
LEFT JOIN load_day l ON l.load_id = m.load_id
JOIN (SELECT row_id, any_value(date_datetime)::DATE AS on_day FROM {list_entry_rows}
      WHERE subject_key IS NOT NULL OR item_type = 'Patient' OR member_value IS NOT NULL GROUP BY ALL) c ON c.row_id = m.row_id
WHERE NOT (m.stale AND m.replaces IS NOT NULL)
QUALIFY row_number() OVER (PARTITION BY m.source, m.id, month ORDER BY told_at DESC, m.row_id DESC) = 1;

CREATE OR REPLACE TEMP TABLE on_list AS
SELECT t.source, t.month, coalesce(l.person_id, i.person_id) AS person_id, coalesce(l.subject_key, e.member_system || '|' || e.member_value) AS member_key,
       coalesce(e.author_display, e.title) AS payer
FROM list_told t JOIN {list_entry_rows} e ON e.row_id = t.row_id
LEFT JOIN person_link l ON l.subject_key = e.subject_key
LEFT JOIN identified i ON l.person_id IS NULL AND i.identifier = e.member_system || '|' || e.member_value
WHERE e.deleted IS DISTINCT FROM true AND e.status IS DISTINCT FROM 'entered-in-error' AND coalesce(e.item_type, 'Patient') = 'Patient';

-- Enrolment (834) tells who is covered from when to when. Of each cover the last telling up to the month's end counts; a file that tells of
-- everybody leaves out who is no longer enrolled.
CREATE OR REPLACE TEMP TABLE cover_told AS
SELECT c.source, c.id, c.subject_key, c.payor_display, c.status, c.start_date, c.end_date, month_of(coalesce((c.updated AT TIME ZONE 'UTC')::DATE, l.day)) AS told_in,
       list_contains(c.tag_codes, 'whole-enrolment') AS is_whole, coalesce(c.updated, l.day::TIMESTAMPTZ) AS told_at, c.row_id
FROM {coverage_rows} c LEFT JOIN load_day l ON l.load_id = c.load_id
WHERE list_has_any(c.tag_codes, ['enrolment', 'whole-enrolment']) AND NOT (c.stale AND c.replaces IS NOT NULL);

CREATE OR REPLACE TEMP TABLE on_enrolment AS
WITH told_month AS (SELECT source, told_in AS month, bool_or(is_whole) AS is_whole FROM cover_told GROUP BY ALL),
known AS (
    SELECT m.month, m.is_whole AS month_is_whole, c.*
    FROM told_month m JOIN cover_told c ON c.source = m.source AND c.told_in <= m.month
    QUALIFY row_number() OVER (PARTITION BY c.source, c.id, m.month ORDER BY c.told_at DESC, c.row_id DESC) = 1
)
SELECT k.source, k.month, l.person_id, k.subject_key AS member_key, any_value(k.payor_display) AS payer, min(k.start_date) AS since, max(k.end_date) AS until
FROM known k LEFT JOIN person_link l ON l.subject_key = k.subject_key
WHERE k.status = 'active' AND (NOT month_is_whole OR told_in = k.month)
  AND coalesce(k.start_date <= last_day(k.month), true) AND coalesce(k.end_date >= k.month, true)
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE roster_member AS
WITH everyone AS (
    SELECT * FROM on_group UNION ALL BY NAME SELECT * FROM on_list UNION ALL BY NAME SELECT * FROM on_enrolment
)
SELECT DISTINCT ON (source, month, coalesce(person_id, member_key))
       source, month, person_id, member_key, payer, since, until, provider_id, provider_number, provider_display
FROM everyone
WHERE coalesce(person_id, member_key) IS NOT NULL AND month > month_of(as_of_date()) - to_months(getvariable('months_kept')::INT)
ORDER BY source, month, coalesce(person_id, member_key), (provider_number IS NULL AND provider_display IS NULL), member_key;

-- A month beside the one before: who came, who left.
CREATE OR REPLACE TEMP TABLE roster_change AS
WITH month_told AS (SELECT source, month, lag(month) OVER (PARTITION BY source ORDER BY month) AS before FROM (SELECT DISTINCT source, month FROM roster_member))
SELECT t.source, t.month, m.person_id, m.member_key, 'added' AS change
FROM month_told t JOIN roster_member m ON m.source = t.source AND m.month = t.month
WHERE t.before IS NOT NULL AND NOT EXISTS (SELECT 1 FROM roster_member b WHERE b.source = t.source AND b.month = t.before
      AND coalesce(b.person_id, b.member_key) = coalesce(m.person_id, m.member_key))
UNION ALL
SELECT t.source, t.month, m.person_id, m.member_key, 'dropped'
FROM month_told t JOIN roster_member m ON m.source = t.source AND m.month = t.before
WHERE NOT EXISTS (SELECT 1 FROM roster_member n WHERE n.source = t.source AND n.month = t.month
      AND coalesce(n.person_id, n.member_key) = coalesce(m.person_id, m.member_key));

CREATE OR REPLACE TEMP TABLE roster_month AS
WITH change AS (SELECT source, month, count(*) FILTER (change = 'added') AS added, count(*) FILTER (change = 'dropped') AS dropped FROM roster_change GROUP BY ALL)
SELECT m.source, m.month, mode(m.payer) AS payer, count(*) AS members, coalesce(any_value(c.added), 0) AS added, coalesce(any_value(c.dropped), 0) AS dropped,
       count(*) FILTER (coalesce(provider_number, provider_display, provider_id) IS NOT NULL) AS attributed
FROM roster_member m LEFT JOIN change c ON c.source = m.source AND c.month = m.month
GROUP BY m.source, m.month ORDER BY m.source, m.month;
