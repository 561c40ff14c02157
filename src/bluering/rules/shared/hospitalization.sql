-- Times in hospital, one row each: stays that follow within a day are one (a transfer: HEDIS PCR); it ends with the last of them.
-- TCM qualifying discharge: inpatient and observation; emergency treat-and-release does not qualify.
WITH told AS (
    SELECT *, coalesce(discharged, admitted) AS known_until FROM stay WHERE kind <> 'emergency'
),
marked AS (
    SELECT *, coalesce(admitted::DATE > max(known_until) OVER before::DATE + 1, TRUE) AS begins
    FROM told
    WINDOW before AS (PARTITION BY person_id ORDER BY admitted, source, id
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
numbered AS (
    SELECT *, sum(begins::INT) OVER (PARTITION BY person_id ORDER BY admitted, source, id
                                     ROWS UNBOUNDED PRECEDING) AS number
    FROM marked
),
ended AS (
    SELECT *, max(discharged) OVER (PARTITION BY person_id, number) AS last_end FROM numbered
)
SELECT person_id,
       min(admitted) AS admitted,
       -- A stay without an end counts as still going on only if nobody tells of an end after it began.
       CASE WHEN coalesce(max(admitted) FILTER (discharged IS NULL) < max(discharged), TRUE)
            THEN max(discharged) END AS discharged,
       arg_max(disposition, discharged)
           FILTER (disposition IS NOT NULL AND discharged::DATE >= last_end::DATE - 1) AS disposition,
       coalesce(arg_max(place, known_until), 'hospital') AS place,
       arg_max(source, known_until) AS source,
       arg_max(id, known_until) AS id
FROM ended JOIN living USING (person_id)
GROUP BY person_id, number
