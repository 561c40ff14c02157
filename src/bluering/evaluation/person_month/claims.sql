-- One row a claim: whose, of which month, where, what it cost, and when it was known. A month is that in which care began.
CREATE OR REPLACE TEMP TABLE cost AS
WITH line AS (
    SELECT source, id, list(DISTINCT lpad(revenue_code, 4, '0')) FILTER (revenue_code IS NOT NULL) AS revenues,
           sum(paid_amount) AS paid, sum(allowed_amount) AS allowed
    FROM explanation_of_benefit_item
    GROUP BY source, id
),
told AS (
    SELECT e.person_id, e.source, e.billable_start_datetime::DATE AS day,
           coalesce(e.billable_end_datetime, e.billable_start_datetime)::DATE AS last_day,
           coalesce(e.payment_datetime, e.created_datetime)::DATE AS known_on,
           coalesce(e.paid_amount, l.paid, 0) AS paid, coalesce(e.allowed_amount, l.allowed) AS allowed,
           list_transform(list_concat(e.type_codes, e.sub_type_codes), lambda c: split_part(c, '|', -1)) AS types,
           left(ltrim(e.type_of_bill_code, '0'), 2) AS bill, l.revenues
    FROM explanation_of_benefit e
    LEFT JOIN line l USING (source, id)
    WHERE coalesce(e.status, 'active') = 'active' AND coalesce(e.use, 'claim') = 'claim' AND e.person_id IS NOT NULL
      AND e.billable_start_datetime <= getvariable('as_of')
)
SELECT person_id, source, day, month_of(day) AS month, CASE WHEN known_on IS NOT NULL THEN greatest(known_on, day) END AS known_on,
       CASE WHEN known_on IS NOT NULL THEN greatest(known_on - last_day, 0) END AS lag_days,
       paid, allowed,
       CASE claim_setting(types, bill, revenues)
           WHEN 'observation' THEN 'outpatient' WHEN 'snf' THEN 'nursing' WHEN 'home health' THEN 'home_health'
           ELSE coalesce(claim_setting(types, bill, revenues),
                         CASE WHEN claim_kind(types) = 'pharmacy' THEN 'pharmacy'
                              WHEN list_has_any(types, ['72', '81', '82']) THEN 'equipment'
                              WHEN claim_kind(types) = 'professional' THEN 'professional' ELSE 'other' END) END AS setting
FROM told;
