-- Stays in hospital, in nursing facilities, and emergency visits: one row each however many sources tell of it.
-- While its status says that it goes on, an end is none: notifications of admissions and transfers carry the time of the event there.
WITH told AS (
    SELECT person_id, source, id, class_code, start_datetime, service_provider_display AS place,
           discharge_disposition_code AS disposition, coalesce(list_contains(tag_codes, 'claim-derived'), FALSE) AS billed,
           CASE WHEN status NOT IN ('arrived', 'triaged', 'in-progress', 'onleave') THEN end_datetime END AS end_datetime,
           status_history_end_datetime AS still_there,
           CASE class_code WHEN 'EMER' THEN 'emergency' WHEN 'NONAC' THEN 'nursing' ELSE 'hospital' END AS kind,
           nullif(ltrim(service_provider_number, '0'), '') AS number,
           nullif(trim(regexp_replace(regexp_replace(lower(strip_accents(service_provider_display)),
               '\b(the|inc|llc|corp|corporation|co)\b', ' ', 'g'), '[^a-z0-9]+', ' ', 'g')), '') AS name
    FROM encounter
    WHERE class_code IN ('IMP', 'ACUTE', 'NONAC', 'OBSENC', 'EMER')
      AND status NOT IN ('planned', 'cancelled', 'entered-in-error')
      AND start_datetime <= getvariable('as_of')
      AND (end_datetime IS NULL OR end_datetime >= getvariable('as_of') - to_days(getvariable('stay_days')::INT))
),
dated AS (
    SELECT *, start_datetime::DATE AS first_day, end_datetime::DATE AS last_day,
           coalesce(end_datetime, greatest(still_there, start_datetime), start_datetime)::DATE AS known_day,
           coalesce(nullif(number, '') || '#', name) AS facility
    FROM told
),
-- A number and a name cannot be compared, and some tellers name no facility at all. The same days say that it is one,
-- unless stays at two facilities have those days.
same_days AS (
    SELECT a.source, a.id, min(b.facility) AS facility
    FROM dated a
    JOIN dated b ON a.person_id = b.person_id AND a.kind = b.kind AND a.source <> b.source
                AND (a.facility IS NULL OR (a.facility LIKE '%#' AND b.facility NOT LIKE '%#')) AND b.facility IS NOT NULL
                AND abs(a.first_day - b.first_day) + coalesce(abs(a.last_day - b.last_day), 0) <= getvariable('days_apart')::INT
    GROUP BY a.source, a.id
    HAVING count(DISTINCT b.facility) = 1
),
-- What is so learned of a number holds for all stays of this person there.
named AS (
    SELECT d.person_id, d.facility AS number, min(s.facility) AS facility
    FROM dated d JOIN same_days s USING (source, id)
    WHERE d.facility LIKE '%#'
    GROUP BY d.person_id, d.facility
    HAVING count(DISTINCT s.facility) = 1
),
placed AS (
    SELECT d.* EXCLUDE (facility), coalesce(n.facility, CASE WHEN d.facility IS NULL THEN s.facility END, d.facility, '') AS facility
    FROM dated d
    LEFT JOIN named n ON n.person_id = d.person_id AND n.number = d.facility
    LEFT JOIN same_days s ON s.source = d.source AND s.id = d.id
),
-- One stay: nights in common; the same first day; a bill or a notification without an end, followed at most a day later;
-- observation that becomes a stay. A return on the day of discharge is a stay of its own, unless one bill holds both.
marked AS (
    SELECT *, NOT coalesce(first_day < max(known_day) OVER before
                           OR first_day = max(first_day) OVER before
                           OR first_day <= max(known_day) FILTER (end_datetime IS NULL) OVER before + getvariable('days_apart')::INT
                           OR first_day = max(known_day) FILTER (class_code = 'OBSENC') OVER before
                           OR start_datetime <= max(end_datetime) FILTER (class_code = 'OBSENC') OVER before
                                                + to_hours(getvariable('admitted_within_hours')::INT), FALSE) AS begins
    FROM placed
    WINDOW before AS (PARTITION BY person_id, kind, facility ORDER BY start_datetime, known_day, source, id
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
numbered AS (
    SELECT *, sum(begins::INT) OVER (PARTITION BY person_id, kind, facility ORDER BY start_datetime, known_day, source, id
                                     ROWS UNBOUNDED PRECEDING) AS nth
    FROM marked
),
-- Bills know days only: the hours are those of the other tellers, unless the bill goes on for longer.
gathered AS (
    SELECT person_id, kind, facility, nth,
           min(start_datetime) AS first_start, min(start_datetime) FILTER (NOT billed) AS seen_start,
           max(end_datetime) AS last_end, max(end_datetime) FILTER (NOT billed) AS seen_end,
           max(start_datetime) FILTER (end_datetime IS NULL) AS open_start,
           max(known_day) AS known_day,
           last(place ORDER BY NOT billed, known_day, id) FILTER (place IS NOT NULL) AS place,
           last(source ORDER BY NOT billed, known_day, id) AS source,
           last(id ORDER BY NOT billed, known_day, id) AS id,
           list_sort(list(DISTINCT source)) AS sources,
           list_sort(list(source || '/Encounter/' || id)) AS keys,
           last(disposition ORDER BY end_datetime, NOT billed) FILTER (disposition IS NOT NULL AND end_datetime IS NOT NULL) AS disposition,
           max(end_datetime) FILTER (disposition IS NOT NULL) AS disposed_at,
           bool_or(class_code IN ('IMP', 'ACUTE')) AS inpatient
    FROM numbered
    GROUP BY person_id, kind, facility, nth
)
SELECT person_id, kind, facility, place, source, id, sources, keys, inpatient,
       CASE WHEN first_start::DATE < seen_start::DATE - getvariable('days_apart')::INT THEN first_start
            ELSE coalesce(seen_start, first_start) END AS admitted,
       -- A row without an end goes on only if nobody tells of an end after it began.
       CASE WHEN open_start >= last_end THEN NULL
            WHEN last_end::DATE > seen_end::DATE + getvariable('days_apart')::INT THEN last_end
            ELSE coalesce(seen_end, last_end) END AS discharged,
       CASE WHEN disposed_at::DATE >= last_end::DATE - 1 THEN disposition END AS disposition,
       known_day
FROM gathered
