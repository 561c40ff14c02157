-- Hospital stays, one row each however many sources tell of it.
-- TCM qualifying discharge: inpatient and observation; emergency treat-and-release does not qualify.
-- Rows that overlap, or follow within a day (a transfer: HEDIS PCR), are one stay; it ends with the last of them.
-- A row without an end counts as still going on only if nobody tells of an end after it began. While its status says that it
-- goes on, an end is none: notifications of admissions and transfers carry the time of the event there.
WITH seen AS (
    SELECT * REPLACE (CASE WHEN status NOT IN ('arrived', 'triaged', 'in-progress', 'onleave')
                           THEN end_datetime END AS end_datetime)
    FROM encounter
),
told AS (
    SELECT person_id, source, id, start_datetime, end_datetime, class_code, discharge_disposition_code,
           service_provider_display,
           coalesce(end_datetime, start_datetime) AS known_until
    FROM seen
    WHERE class_code IN ('IMP', 'ACUTE', 'NONAC', 'OBSENC')
      AND status NOT IN ('planned', 'cancelled', 'entered-in-error')
      AND start_datetime <= getvariable('as_of')
      AND (end_datetime IS NULL OR end_datetime >= getvariable('as_of') - INTERVAL 400 DAY)
),
marked AS (
    SELECT *, coalesce(start_datetime::DATE > max(known_until) OVER before::DATE + 1, TRUE) AS begins
    FROM told
    WINDOW before AS (PARTITION BY person_id ORDER BY start_datetime, source, id
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
numbered AS (
    SELECT *, sum(begins::INT) OVER (PARTITION BY person_id ORDER BY start_datetime, source, id
                                     ROWS UNBOUNDED PRECEDING) AS number
    FROM marked
),
ended AS (
    SELECT *, max(end_datetime) OVER (PARTITION BY person_id, number) AS last_end FROM numbered
)
SELECT person_id,
       min(start_datetime) AS admitted,
       CASE WHEN coalesce(max(start_datetime) FILTER (end_datetime IS NULL) < max(end_datetime), TRUE)
            THEN max(end_datetime) END AS discharged,
       arg_max(discharge_disposition_code, end_datetime)
           FILTER (discharge_disposition_code IS NOT NULL AND end_datetime::DATE >= last_end::DATE - 1) AS disposition,
       coalesce(arg_max(service_provider_display, known_until), 'hospital') AS place,
       arg_max(source, known_until) AS source,
       arg_max(id, known_until) AS id
FROM ended JOIN living USING (person_id)
GROUP BY person_id, number
