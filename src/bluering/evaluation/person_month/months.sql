-- One row a person and month: covered, used, paid, and how much of it has come. In: `cost`, `covered`, `used`, `claim_month`.
CREATE OR REPLACE TEMP TABLE person_month AS
WITH paid AS (
    SELECT person_id, month, count(*) AS claims, median(lag_days) AS lag_days,
           {settings},
           sum(paid) AS paid_amount, sum(allowed) AS allowed_amount
    FROM cost GROUP BY person_id, month
),
feed AS (SELECT DISTINCT source FROM claim_month),
-- A payer's month without any claim is as complete as its age lets expect; it stands in claim_month only when somebody had one.
known AS (
    SELECT c.person_id, c.month, count(f.source) AS feeds, min(m.completeness) AS completeness,
           bool_and(coalesce(m.complete, FALSE)) FILTER (f.source IS NOT NULL) AS complete
    FROM (SELECT person_id, month, unnest(payers) AS source FROM covered) c
    JOIN feed f USING (source)
    LEFT JOIN claim_month m ON m.source = c.source AND m.month = c.month
    GROUP BY c.person_id, c.month
),
listed AS (
    SELECT person_id, month FROM covered
    UNION SELECT person_id, month FROM paid
    UNION SELECT person_id, month FROM used
)
SELECT l.person_id, l.month, day(last_day(l.month)) AS days, coalesce(c.covered_days, 0) AS covered_days,
       coalesce(c.payers, []) AS payers, coalesce(p.claims, 0) AS claims,
       {amounts},
       coalesce(p.paid_amount, 0) AS paid_amount, p.allowed_amount,
       {counts},
       p.lag_days, k.completeness, coalesce(k.complete, FALSE) AS complete
FROM listed l
LEFT JOIN covered c USING (person_id, month)
LEFT JOIN paid p USING (person_id, month)
LEFT JOIN used u USING (person_id, month)
LEFT JOIN known k USING (person_id, month)
WHERE l.month BETWEEN getvariable('first_month') AND month_of(as_of_date());
