-- Emergency visits, stays, discharges and returns by person and month. In: `stay`, each told once.
CREATE OR REPLACE TEMP TABLE used AS
-- Transfers continue a time in hospital: whoever is taken in elsewhere within a day was not at home.
WITH ordered AS (
    SELECT *, max(coalesce(discharged::DATE, known_day)) OVER before AS until_before
    FROM stay WHERE kind = 'hospital'
    WINDOW before AS (PARTITION BY person_id ORDER BY admitted, source, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
numbered AS (
    SELECT *, sum(coalesce(admitted::DATE > until_before + 1, TRUE)::INT)
              OVER (PARTITION BY person_id ORDER BY admitted, source, id ROWS UNBOUNDED PRECEDING) AS nth
    FROM ordered
),
time_in_hospital AS (
    SELECT person_id, min(admitted)::DATE AS admitted_on, max(discharged)::DATE AS discharged_on, bool_or(inpatient) AS inpatient,
           coalesce(max(admitted) FILTER (discharged IS NULL) >= max(discharged), bool_or(discharged IS NULL)) AS goes_on
    FROM numbered GROUP BY person_id, nth
),
inpatient AS (
    SELECT *, lead(admitted_on) OVER (PARTITION BY person_id ORDER BY admitted_on) AS next_on FROM time_in_hospital WHERE inpatient
),
event AS (
    SELECT person_id, month_of(admitted::DATE) AS month,
           CASE WHEN kind = 'nursing' THEN 'nursing_stays' WHEN inpatient THEN 'stays' ELSE 'observation_stays' END AS what
    FROM stay WHERE kind <> 'emergency'
    UNION ALL
    -- An emergency visit that leads to a stay is part of it.
    SELECT person_id, month_of(admitted::DATE), 'emergency_visits' FROM stay v
    WHERE kind = 'emergency'
      AND NOT EXISTS (FROM stay s WHERE s.person_id = v.person_id AND s.kind = 'hospital'
                      AND s.admitted::DATE BETWEEN v.admitted::DATE AND coalesce(v.discharged::DATE, v.known_day) + 1)
    UNION ALL
    SELECT person_id, month_of(discharged_on), 'discharges' FROM inpatient WHERE NOT goes_on AND discharged_on <= as_of_date()
    UNION ALL
    SELECT person_id, month_of(discharged_on), 'readmissions' FROM inpatient
    WHERE NOT goes_on AND discharged_on <= as_of_date() AND next_on - discharged_on <= getvariable('readmission_days')::INT
)
SELECT person_id, month, {event_counts} FROM event GROUP BY person_id, month;
