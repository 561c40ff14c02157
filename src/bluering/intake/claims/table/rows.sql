-- Each row of a table of claims, understood, with what is wrong with it; then claims that are whole. `told` has a column for each thing that a
-- column can be, NULL where nothing stands.
CREATE OR REPLACE MACRO sum_of(text) AS TRY_CAST(
    CASE WHEN regexp_matches(text, '^\s*\(.*\)\s*$') OR regexp_matches(text, '-\s*$') THEN '-' ELSE '' END
    || regexp_replace(text, '[$,()\s]|-\s*$', '', 'g') AS DECIMAL(18, 2));
CREATE OR REPLACE MACRO codes_in(text) AS list_filter(string_split_regex(upper(coalesce(text, '')), '[\s,;|/^]+'), lambda c: c != '');
CREATE OR REPLACE MACRO is_icd(code) AS regexp_full_match(code, '[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}|[0-9]{3,5}|[EV][0-9]{2,4}');
-- 5-4-2 with hyphens, also shortened, is eleven digits (FDA).
CREATE OR REPLACE MACRO ndc_of(text) AS CASE
    WHEN regexp_full_match(text, '\d{1,5}-\d{1,4}-\d{1,2}') THEN lpad(split_part(text, '-', 1), 5, '0') || lpad(split_part(text, '-', 2), 4, '0') || lpad(split_part(text, '-', 3), 2, '0')
    WHEN regexp_full_match(text, '\d{9,11}') THEN lpad(text, 11, '0') END;
-- What payers call the kinds of claims, and where care took place.
CREATE OR REPLACE MACRO setting_of(text) AS CASE
    WHEN lower(text) IN ('ip', 'inpatient', 'hospital inpatient', 'inpatient hospital', 'acute inpatient') THEN 'inpatient'
    WHEN lower(text) IN ('snf', 'skilled nursing', 'skilled nursing facility', 'nursing facility') THEN 'snf'
    WHEN lower(text) IN ('hha', 'hh', 'home health', 'home health agency') THEN 'home health'
    WHEN lower(text) IN ('hospice') THEN 'hospice'
    WHEN lower(text) IN ('er', 'ed', 'emergency', 'emergency room', 'emergency department') THEN 'emergency'
    WHEN lower(text) IN ('obs', 'observation') THEN 'observation'
    WHEN lower(text) IN ('op', 'outpatient', 'hospital outpatient', 'outpatient hospital') THEN 'outpatient' END;
CREATE OR REPLACE MACRO kind_of(text) AS CASE
    WHEN setting_of(text) IS NOT NULL THEN 'institutional'
    WHEN lower(text) IN ('p', 'professional', 'prof', 'physician', '837p', 'cms1500', 'cms-1500', 'hcfa', 'hcfa 1500', 'med', 'carrier') THEN 'professional'
    WHEN lower(text) IN ('i', 'institutional', 'inst', 'facility', '837i', 'ub', 'ub04', 'ub-04', 'f', 'hospital') THEN 'institutional'
    WHEN lower(text) IN ('rx', 'pharmacy', 'drug', 'd', 'ph', 'pde', 'part d', 'pharm') THEN 'pharmacy' END;
CREATE OR REPLACE MACRO status_of(text) AS CASE
    WHEN text IS NULL OR lower(text) IN ('p', 'paid', 'approved', 'final', 'finalized', 'processed', 'adjusted', 'a', 'original', 'o', '1', 'accepted') THEN 'paid'
    WHEN lower(text) IN ('d', 'denied', 'rejected', '4') THEN 'denied'
    WHEN lower(text) IN ('r', 'v', 'reversed', 'reversal', 'void', 'voided', 'cancelled', 'canceled', '22', '8') THEN 'reversed' END;

CREATE OR REPLACE TEMP TABLE understood AS
WITH named AS (
    SELECT *, coalesce(patient_family, family_of(patient_name)) AS family, coalesce(patient_given, given_of(patient_name)) AS given, born(birth_date) AS birth,
        day_of(service_from) AS since, coalesce(day_of(service_until), day_of(service_from)) AS until, day_of(admitted_on) AS admitted, day_of(discharged_on) AS discharged,
        day_of(paid_on) AS known_on, status_of(claim_status) AS standing, setting_of(claim_kind) AS setting, regexp_replace(ltrim(bill_type, '0'), '\D', '', 'g') AS bill,
        ndc_of(ndc) AS ndc11, upper(service_code) AS service, TRY_CAST(replace(quantity, ',', '') AS DECIMAL(18, 4)) AS units, TRY_CAST(days_supply AS DECIMAL(9, 1)) AS supply,
        sum_of(billed) AS billed_sum, sum_of(allowed) AS allowed_sum, sum_of(paid) AS paid_sum, sum_of(patient_paid) AS patient_sum,
        codes_in(replace(concat_ws(' ', diagnosis, diagnosis_2, diagnosis_3, diagnosis_4, diagnosis_5, diagnosis_6), '.', '')) AS icd,
        codes_in(replace(procedure_code, '.', '')) AS pcs
    FROM told
),
fault AS (
    SELECT *, concat_ws('; ',
        CASE WHEN claim_number IS NULL THEN 'Claim number: nothing stands in the row' END,
        CASE WHEN patient_id IS NULL AND (family IS NULL OR birth IS NULL) THEN 'Member: neither a number nor a name with a date of birth stands in the row' END,
        CASE WHEN birth_date IS NOT NULL AND NOT is_birth(birth) THEN 'Date of birth: no day of a birth; write it like ' || getvariable('like_this') END,
        CASE WHEN service_from IS NULL THEN 'Served from: nothing stands in the row' WHEN since IS NULL THEN 'Served from: not a date; write it like ' || getvariable('like_this') END,
        CASE WHEN since > getvariable('today')::DATE THEN 'Served from: it lies ahead' END,
        CASE WHEN service_until IS NOT NULL AND day_of(service_until) IS NULL THEN 'Served until: not a date; write it like ' || getvariable('like_this') END,
        CASE WHEN until < since THEN 'Served until: it lies before the first day' END,
        CASE WHEN admitted_on IS NOT NULL AND admitted IS NULL THEN 'Admitted: not a date; write it like ' || getvariable('like_this') END,
        CASE WHEN discharged_on IS NOT NULL AND discharged IS NULL THEN 'Discharged: not a date; write it like ' || getvariable('like_this') END,
        CASE WHEN discharged < admitted THEN 'Discharged: it lies before the admission' END,
        CASE WHEN paid_on IS NOT NULL AND known_on IS NULL THEN 'Paid or processed on: not a date; write it like ' || getvariable('like_this') END,
        CASE WHEN standing IS NULL THEN 'Status: not a word that is known; write paid, denied or reversed' END,
        CASE WHEN claim_kind IS NOT NULL AND kind_of(claim_kind) IS NULL THEN 'Kind of claim: not a word that is known; write professional, institutional, pharmacy or a setting such as inpatient' END,
        CASE WHEN bill_type IS NOT NULL AND length(bill) NOT BETWEEN 2 AND 3 THEN 'Type of bill: not three or four digits' END,
        CASE WHEN NOT list_bool_and(list_transform(icd, lambda c: is_icd(c))) THEN 'Diagnosis: not a code of ICD-10-CM or ICD-9-CM' END,
        CASE WHEN NOT list_bool_and(list_transform(pcs, lambda c: regexp_full_match(c, '[0-9A-HJ-NP-Z]{7}|\d{3,4}'))) THEN 'Procedure in hospital: not a code of ICD-10-PCS or ICD-9-CM' END,
        CASE WHEN service IS NOT NULL AND NOT regexp_full_match(service, '\d{4}[0-9A-Z]|[A-Z]\d{4}') THEN 'Service: not a code of CPT or HCPCS, five signs' END,
        CASE WHEN revenue_code IS NOT NULL AND NOT regexp_full_match(revenue_code, '\d{1,4}') THEN 'Revenue centre: not up to four digits' END,
        CASE WHEN place_of_service IS NOT NULL AND NOT regexp_full_match(place_of_service, '\d{1,2}') THEN 'Place of service: not two digits' END,
        CASE WHEN quantity IS NOT NULL AND units IS NULL THEN 'Units: not a number' END,
        CASE WHEN days_supply IS NOT NULL AND supply IS NULL THEN 'Days'' supply: not a number' END,
        CASE WHEN ndc IS NOT NULL AND ndc11 IS NULL THEN 'Medicine (NDC): not 11 digits, or three parts with hyphens' END,
        CASE WHEN provider_npi IS NOT NULL AND NOT is_npi(provider_npi) THEN 'NPI of facility, pharmacy or biller: its check digit does not hold' END,
        CASE WHEN clinician_npi IS NOT NULL AND NOT is_npi(clinician_npi) THEN 'NPI of the clinician: its check digit does not hold' END,
        CASE WHEN drg IS NOT NULL AND NOT regexp_full_match(drg, '\d{1,4}') THEN 'DRG: not up to four digits' END,
        CASE WHEN billed IS NOT NULL AND billed_sum IS NULL THEN 'Billed: not a sum of money' END,
        CASE WHEN allowed IS NOT NULL AND allowed_sum IS NULL THEN 'Allowed: not a sum of money' END,
        CASE WHEN paid IS NOT NULL AND paid_sum IS NULL THEN 'Paid by the payer: not a sum of money' END,
        CASE WHEN patient_paid IS NOT NULL AND patient_sum IS NULL THEN 'Paid by the member: not a sum of money' END
    ) AS faults
    FROM named
),
owned AS (
    SELECT *, coalesce(plain_id(patient_id), left(sha256(lower(concat_ws('|', family, given, birth))), 40)) AS member_id,
        left(sha256(claim_number), 40) AS claim_key FROM fault
)
-- A claim of which a row was refused would be told with a wrong sum: all of it waits.
SELECT * REPLACE (coalesce(nullif(faults, ''), CASE WHEN claim_number IS NOT NULL THEN
    'the claim has another row that was refused, row ' || min(number) FILTER (faults != '') OVER (PARTITION BY claim_number) END,
    CASE WHEN min(member_id) OVER (PARTITION BY claim_number) != max(member_id) OVER (PARTITION BY claim_number) THEN 'Claim number: two members have it' END, '') AS faults)
FROM owned;

-- Of each line its newest row stands. Without line numbers a reversal takes away one row of the same service and sum.
CREATE OR REPLACE TEMP TABLE standing_row AS
WITH good AS (
    SELECT *, row_number() OVER (PARTITION BY claim_key, line_number ORDER BY known_on DESC NULLS LAST, number DESC) AS nth_of_line,
        row_number() OVER (PARTITION BY claim_key, standing = 'reversed', service, ndc11, revenue_code, since, abs(paid_sum) ORDER BY number) AS nth_alike
    FROM understood WHERE faults = ''
),
taken AS (SELECT claim_key, service, ndc11, revenue_code, since, abs(paid_sum) AS paid_abs, nth_alike FROM good WHERE standing = 'reversed' AND line_number IS NULL)
SELECT g.* FROM good g
WHERE standing != 'reversed' AND CASE WHEN line_number IS NOT NULL THEN nth_of_line = 1
    ELSE NOT EXISTS (SELECT 1 FROM taken t WHERE t.claim_key = g.claim_key AND t.nth_alike = g.nth_alike AND t.since = g.since AND t.service IS NOT DISTINCT FROM g.service
        AND t.ndc11 IS NOT DISTINCT FROM g.ndc11 AND t.revenue_code IS NOT DISTINCT FROM g.revenue_code AND t.paid_abs IS NOT DISTINCT FROM abs(g.paid_sum)) END;

CREATE OR REPLACE TEMP TABLE line AS
SELECT *, row_number() OVER (PARTITION BY claim_key ORDER BY TRY_CAST(line_number AS BIGINT) NULLS LAST, number) AS nth FROM standing_row;

-- What the claim as a whole says: from the rows that stand, or, when all were taken back, from those that were.
CREATE OR REPLACE TEMP TABLE claim AS
WITH whole AS (
    SELECT claim_key, claim_number, min(number) AS number, any_value(member_id) AS member_id,
        coalesce(any_value(kind_of(claim_kind)), CASE WHEN any_value(bill) IS NOT NULL OR any_value(revenue_code) IS NOT NULL OR any_value(drg) IS NOT NULL THEN 'institutional'
            WHEN any_value(ndc11) IS NOT NULL AND any_value(service) IS NULL THEN 'pharmacy' ELSE getvariable('usual_kind') END) AS kind,
        any_value(setting) AS setting, any_value(bill) AS bill, min(since) AS since, max(until) AS until, min(admitted) AS admitted, max(discharged) AS discharged,
        any_value(discharge_status) AS discharge_status, max(known_on) AS known_on, any_value(drg) AS drg, any_value(provider_npi) AS provider_npi,
        any_value(provider_name) AS provider_name, arg_min(clinician_npi, number) AS clinician_npi, arg_min(clinician_name, number) AS clinician_name,
        max(supply) AS supply, flatten(list(icd ORDER BY number)) AS icd, flatten(list(pcs ORDER BY number)) AS pcs,
        any_value(billed_sum) AS a_billed, any_value(allowed_sum) AS an_allowed, any_value(paid_sum) AS a_paid, any_value(patient_sum) AS a_patient
    FROM understood WHERE faults = '' GROUP BY ALL
),
summed AS (
    SELECT claim_key, sum(billed_sum) AS billed, sum(allowed_sum) AS allowed, sum(paid_sum) AS paid, sum(patient_sum) AS patient, bool_and(standing = 'denied') AS denied
    FROM standing_row GROUP BY ALL
)
SELECT w.*, s.claim_key IS NULL AS cancelled, coalesce(s.denied, false) AS denied,
    CASE WHEN getvariable('amounts_are') = 'claim' THEN a_billed ELSE s.billed END AS billed_total,
    CASE WHEN getvariable('amounts_are') = 'claim' THEN an_allowed ELSE s.allowed END AS allowed_total,
    CASE WHEN getvariable('amounts_are') = 'claim' THEN a_paid ELSE s.paid END AS paid_total,
    CASE WHEN getvariable('amounts_are') = 'claim' THEN a_patient ELSE s.patient END AS patient_total
FROM whole w LEFT JOIN summed s USING (claim_key);
