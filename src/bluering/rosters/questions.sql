-- Where the newest list in use and the practice disagree about a person. `newest` (source, month, payer) names the months in use; `need` has
-- our own level for each person. A person may be asked about once for each kind.
CREATE OR REPLACE TEMP TABLE listed AS
SELECT m.*, n.payer AS payer_name FROM roster_member m JOIN newest n ON n.source = m.source AND n.month = m.month WHERE m.person_id IS NOT NULL;

CREATE OR REPLACE TEMP TABLE ours AS
SELECT p.person_id, max(v.day) AS seen_on
FROM (SELECT DISTINCT person_id FROM patient WHERE at_practice(source) AND person_id IS NOT NULL) p
LEFT JOIN (
    SELECT person_id, start_datetime::DATE AS day FROM encounter WHERE at_practice(source) AND status = 'finished'
    UNION ALL SELECT person_id, start_datetime::DATE FROM appointment WHERE at_practice(source) AND status IN ('fulfilled', 'arrived', 'checked-in')
) v ON v.person_id = p.person_id AND v.day <= as_of_date()
GROUP BY p.person_id;

CREATE OR REPLACE TEMP TABLE death AS
SELECT person_id, min(deceased_datetime)::DATE AS died_on FROM patient WHERE deceased_datetime IS NOT NULL AND person_id IS NOT NULL GROUP BY person_id;

CREATE OR REPLACE TEMP MACRO recently() AS (as_of_date() - to_months(getvariable('seen_months')::INT))::DATE;

-- The unbroken stretch of months that a person has been on the list.
CREATE OR REPLACE TEMP TABLE stretch AS
WITH numbered AS (SELECT source, month, row_number() OVER (PARTITION BY source ORDER BY month) AS nth FROM (SELECT DISTINCT source, month FROM roster_member)),
run AS (SELECT m.source, m.person_id, m.month, n.nth - row_number() OVER (PARTITION BY m.source, m.person_id ORDER BY n.nth) AS run
        FROM roster_member m JOIN numbered n ON n.source = m.source AND n.month = m.month WHERE m.person_id IS NOT NULL)
SELECT source, person_id, min(month) AS since, max(month) AS last FROM run GROUP BY source, person_id, run;

-- The payer's newest score of each person, and where it stands among all of its list: words stand where no number is told.
CREATE OR REPLACE TEMP TABLE payer_score AS
WITH told AS (
    SELECT r.source, r.person_id, r.occurrence_datetime::DATE AS day, coalesce(r.method_text, r.code_text, 'risk score') AS name,
           coalesce(r.relative_risk, TRY_CAST(r.qualitative_text AS DOUBLE), r.probability) AS score,
           coalesce(r.qualitative_text, r.relative_risk::TEXT, r.probability::TEXT) AS said
    FROM risk_assessment r SEMI JOIN listed l ON l.source = r.source AND l.person_id = r.person_id
    WHERE coalesce(r.status, 'final') NOT IN ('cancelled', 'entered-in-error')
    QUALIFY row_number() OVER (PARTITION BY r.source, r.person_id ORDER BY r.occurrence_datetime DESC NULLS LAST, r.id) = 1
)
SELECT *, percent_rank() OVER (PARTITION BY source ORDER BY score) AS rank, count(score) OVER (PARTITION BY source) AS scored FROM told;

CREATE OR REPLACE TEMP TABLE question AS
SELECT l.source, l.person_id, 'unknown' AS kind, s.since, NULL::DATE AS seen_on, NULL AS payer_says, NULL AS we_say
FROM listed l LEFT JOIN ours o USING (person_id) LEFT JOIN death d USING (person_id)
LEFT JOIN stretch s ON s.source = l.source AND s.person_id = l.person_id AND s.last = l.month
WHERE o.person_id IS NULL AND d.person_id IS NULL
UNION ALL
SELECT l.source, l.person_id, 'not_seen', s.since, o.seen_on, NULL, NULL
FROM listed l JOIN ours o USING (person_id) LEFT JOIN death d USING (person_id)
LEFT JOIN stretch s ON s.source = l.source AND s.person_id = l.person_id AND s.last = l.month
WHERE d.person_id IS NULL AND (o.seen_on IS NULL OR o.seen_on < recently())
UNION ALL
SELECT l.source, l.person_id, 'died', month_of(d.died_on), o.seen_on, NULL, NULL
FROM listed l JOIN death d USING (person_id) LEFT JOIN ours o USING (person_id) WHERE d.died_on < l.month
UNION ALL
SELECT n.source, o.person_id, 'dropped', (s.last + INTERVAL 1 MONTH)::DATE, o.seen_on, NULL, NULL
FROM newest n JOIN (SELECT source, person_id, max(last) AS last FROM stretch GROUP BY ALL) s ON s.source = n.source AND s.last < n.month
JOIN ours o ON o.person_id = s.person_id LEFT JOIN death d ON d.person_id = o.person_id
WHERE d.person_id IS NULL AND o.seen_on >= recently()
UNION ALL
SELECT DISTINCT ON (n.source, o.person_id) n.source, o.person_id, 'not_listed', NULL, o.seen_on, NULL, NULL
FROM newest n JOIN coverage c ON lower(c.payor_display) = lower(n.payer) OR c.source = n.source
JOIN ours o ON o.person_id = c.person_id LEFT JOIN death d ON d.person_id = o.person_id
WHERE d.person_id IS NULL AND o.seen_on >= recently() AND coalesce(c.status, 'active') = 'active'
  AND coalesce(c.start_date <= last_day(n.month), true) AND coalesce(c.end_date >= as_of_date(), true)
  AND NOT EXISTS (SELECT 1 FROM roster_member m WHERE m.source = n.source AND m.person_id = o.person_id)
UNION ALL
SELECT p.source, p.person_id, CASE WHEN p.rank >= 1 - getvariable('high_share') THEN 'payer_high' ELSE 'we_high' END, month_of(p.day), o.seen_on,
       left(p.name || ' ' || p.said, 120), w.level
FROM payer_score p JOIN need w ON w.person_id = p.person_id LEFT JOIN ours o ON o.person_id = p.person_id LEFT JOIN death d ON d.person_id = p.person_id
WHERE d.person_id IS NULL AND p.scored >= 10 AND p.score IS NOT NULL
  AND ((p.rank >= 1 - getvariable('high_share') AND w.level = 'minimal') OR (p.rank <= getvariable('low_share') AND w.level = 'extensive'));
