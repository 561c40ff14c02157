-- How much of each month's claims has come from each source, by the development method (chain ladder): the share of the claims of
-- earlier months that had come by the same age. In: `cost`. The month in which the newest claim was known is not over; it has no age yet.
CREATE OR REPLACE TEMP TABLE claim_month AS
WITH come AS (
    SELECT source, month, months_between(month, month_of(known_on)) AS lag, count(*) AS claims, sum(paid) AS paid
    FROM cost GROUP BY ALL
),
latest AS (
    SELECT source, max(month_of(known_on)) AS month FROM cost WHERE known_on IS NOT NULL GROUP BY source
),
-- Every month since a source's first claim, those without any too.
listed AS (
    SELECT source, unnest(months_from(min(month), as_of_date())) AS month FROM cost GROUP BY source
),
seen AS (
    SELECT l.source, l.month, coalesce(sum(c.claims), 0)::BIGINT AS claims, coalesce(sum(c.paid), 0)::DECIMAL(18, 2) AS paid_amount,
           months_between(l.month, any_value(n.month)) - 1 AS age
    FROM listed l LEFT JOIN come c USING (source, month) LEFT JOIN latest n ON n.source = l.source
    GROUP BY l.source, l.month
),
lags AS (
    SELECT source, month, median(lag_days) AS lag_days FROM cost GROUP BY source, month
),
step AS (SELECT unnest(range(0, getvariable('longest_lag_months')::INT)) AS lag),
-- Come by one age, and by the next, in the months that are old enough to tell.
developed AS (
    SELECT s.source, k.lag, count(DISTINCT s.month) FILTER (c.claims > 0) AS months,
           sum(c.claims) FILTER (c.lag <= k.lag) AS by_then, sum(c.claims) FILTER (c.lag <= k.lag + 1) AS a_month_later
    FROM seen s JOIN step k ON s.age >= k.lag + 1 LEFT JOIN come c ON c.source = s.source AND c.month = s.month
    GROUP BY s.source, k.lag
),
-- Nothing is said of steps that too few months have taken.
share AS (
    SELECT source, lag, CASE WHEN months >= getvariable('months_needed')::INT AND a_month_later > 0
                             THEN greatest(coalesce(by_then, 0), 0.5) / a_month_later END AS share
    FROM developed
),
source_age AS (SELECT DISTINCT source, age FROM seen),
estimated AS (
    SELECT a.source, a.age,
           CASE WHEN a.age < 0 THEN 0.0
                WHEN a.age >= getvariable('longest_lag_months')::INT THEN 1.0
                WHEN count(s.share) = getvariable('longest_lag_months')::INT - a.age THEN exp(sum(ln(s.share))) END AS completeness
    FROM source_age a
    LEFT JOIN share s ON s.source = a.source AND s.lag >= a.age
    GROUP BY a.source, a.age
)
SELECT s.source, s.month, s.claims, s.paid_amount, g.lag_days, s.age, e.completeness,
       CASE WHEN e.completeness IS NOT NULL THEN e.completeness >= getvariable('complete_at')
            ELSE coalesce(s.age, months_between(s.month, month_of(as_of_date())) - 1) >= getvariable('run_out_months') END AS complete
FROM seen s LEFT JOIN lags g USING (source, month) LEFT JOIN estimated e ON e.source = s.source AND e.age IS NOT DISTINCT FROM s.age;
