-- The practice by month. In a complete month (every source's claims have come) only persons count whose payers tell claims; in a month that
-- is not, everybody who was covered, and nothing of it may be averaged.
CREATE OR REPLACE TEMP TABLE practice_month AS
WITH source_month AS (
    SELECT month, bool_and(complete) AS complete, min(completeness) AS completeness FROM claim_month GROUP BY month
),
counted AS (
    SELECT p.*, coalesce(s.complete, FALSE) AS month_complete, s.completeness AS month_completeness
    FROM person_month p LEFT JOIN source_month s USING (month)
    WHERE p.covered_days > 0 AND (p.complete OR NOT coalesce(s.complete, FALSE))
)
SELECT month, any_value(month_complete) AS complete, any_value(month_completeness) AS completeness,
       count(*) AS persons, sum(covered_days / days) AS member_months,
       {sums},
       sum(paid_amount)::DECIMAL(18, 2) AS paid_amount
FROM counted
GROUP BY month;
