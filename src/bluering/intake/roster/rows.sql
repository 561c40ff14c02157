-- Each row of a list of members, understood, with what is wrong with it. `told` has a column for each thing a column can be, NULL where
-- nothing stands. Settings of the source are variables of the session.
CREATE OR REPLACE MACRO month_told(text) AS date_trunc('month', coalesce(day_of(text),
    try_strptime(text, ['%Y-%m', '%Y%m', '%m/%Y', '%b %Y', '%B %Y'])::DATE))::DATE;

CREATE OR REPLACE TEMP TABLE named AS
SELECT *, coalesce(patient_family, family_of(patient_name)) AS family, coalesce(patient_given, given_of(patient_name)) AS given FROM told;

CREATE OR REPLACE TEMP TABLE understood AS
WITH row AS (
    SELECT *, born(birth_date) AS birth, day_of(attributed_from) AS since, day_of(attributed_until) AS until,
        day_of(coverage_start) AS covered_from, day_of(coverage_end) AS covered_until, day_of(score_date) AS scored_on,
        coalesce(month_told("month"), getvariable('month')::DATE) AS of_month
    FROM named
),
fault AS (
    SELECT *, concat_ws('; ',
        CASE WHEN patient_id IS NULL AND (family IS NULL OR birth IS NULL) THEN 'Member: neither a number nor a name with a date of birth stands in the row' END,
        CASE WHEN birth_date IS NOT NULL AND NOT is_birth(birth) THEN 'Date of birth: no day of a birth; write it like ' || getvariable('like_this') END,
        CASE WHEN attributed_from IS NOT NULL AND since IS NULL THEN 'Attributed from: not a date; write it like ' || getvariable('like_this') END,
        CASE WHEN attributed_until IS NOT NULL AND until IS NULL THEN 'Attributed until: not a date; write it like ' || getvariable('like_this') END,
        CASE WHEN coverage_start IS NOT NULL AND covered_from IS NULL THEN 'Covered from: not a date; write it like ' || getvariable('like_this') END,
        CASE WHEN coverage_end IS NOT NULL AND covered_until IS NULL THEN 'Covered until: not a date; write it like ' || getvariable('like_this') END,
        CASE WHEN covered_until < covered_from THEN 'Covered until: it lies before the first day' END,
        CASE WHEN "month" IS NOT NULL AND month_told("month") IS NULL THEN 'Month: not a month or a day; write it like 2026-11' END,
        CASE WHEN score_date IS NOT NULL AND scored_on IS NULL THEN 'Day of the score: not a date; write it like ' || getvariable('like_this') END,
        CASE WHEN score IS NOT NULL AND getvariable('score_is') = 'relative' AND TRY_CAST(score AS DECIMAL(18, 4)) IS NULL THEN 'Risk score: not a number; choose that it is a level where the columns are mapped' END,
        CASE WHEN clinician_npi IS NOT NULL AND NOT is_npi(clinician_npi) THEN 'NPI: its check digit does not hold' END
    ) AS faults
    FROM row
)
SELECT *, coalesce(plain_id(patient_id), left(sha256(lower(concat_ws('|', family, given, birth))), 40)) AS id
FROM fault;

-- Of two rows about one member the later stands.
CREATE OR REPLACE TEMP TABLE member AS
SELECT *, (row_number() OVER (PARTITION BY of_month ORDER BY id) - 1) // 2000 AS part
FROM (SELECT * FROM understood WHERE faults = '' QUALIFY row_number() OVER (PARTITION BY of_month, id ORDER BY number DESC) = 1);
