-- Words that every rule may use. Each idea has its one home here.

-- The only clock of a rule: the local day of the variable `as_of`.
CREATE OR REPLACE TEMP MACRO as_of_date() AS (getvariable('as_of')::TIMESTAMPTZ)::DATE;

-- Whole years lived on a day; a birthday counts from the morning of that day.
CREATE OR REPLACE TEMP MACRO age_on(birth_date, on_day) AS
    year(on_day) - year(birth_date)
    - (month(on_day) * 100 + day(on_day) < month(birth_date) * 100 + day(birth_date))::INT;

-- Months are calendar months, named by their first day.
CREATE OR REPLACE TEMP MACRO month_of(on_day) AS date_trunc('month', on_day::DATE)::DATE;

-- How many months later the second day's month is; negative when it is earlier.
CREATE OR REPLACE TEMP MACRO months_between(one_day, other_day) AS
    (year(other_day) - year(one_day)) * 12 + month(other_day) - month(one_day);

-- Every month from that of the first day to that of the second; none when the second is in an earlier month.
CREATE OR REPLACE TEMP MACRO months_from(one_day, other_day) AS
    list_transform(range(0, months_between(one_day, other_day) + 1), lambda n: (month_of(one_day) + to_months(n::INT))::DATE);

-- A federal holiday of a fixed date, before it is moved off a weekend. Source: 5 U.S.C. 6103(a).
CREATE OR REPLACE TEMP MACRO is_fixed_holiday(on_day) AS
    strftime(on_day, '%m-%d') IN ('01-01', '06-19', '07-04', '11-11', '12-25');

-- A day on which federal offices are closed. Source: 5 U.S.C. 6103(a) and (b): a Saturday's holiday is kept on
-- Friday, a Sunday's on Monday (Executive Order 11582).
CREATE OR REPLACE TEMP MACRO is_federal_holiday(on_day) AS
    is_fixed_holiday(on_day)
    OR (isodow(on_day) = 5 AND is_fixed_holiday(on_day + 1))
    OR (isodow(on_day) = 1 AND (
           is_fixed_holiday(on_day - 1)
           OR (month(on_day) IN (1, 2) AND day(on_day) BETWEEN 15 AND 21)
           OR (month(on_day) = 5 AND day(on_day) >= 25)
           OR (month(on_day) = 9 AND day(on_day) <= 7)
           OR (month(on_day) = 10 AND day(on_day) BETWEEN 8 AND 14)))
    OR (isodow(on_day) = 4 AND month(on_day) = 11 AND day(on_day) BETWEEN 22 AND 28);

-- The n-th business day after a day (Monday to Friday, federal holidays left out).
CREATE OR REPLACE TEMP MACRO business_days_after(on_day, n) AS
    list_filter(
        list_transform(range(1, 2 * n + 8), lambda x: on_day + x::INT),
        lambda d: isodow(d) <= 5 AND NOT is_federal_holiday(d))[n];

-- Is any of the codes ('system|code') in the value set? Sets with prefix rows are matched by one pattern.
CREATE OR REPLACE TEMP MACRO in_value_set(codes, name) AS
    CASE WHEN getvariable('value_set_pattern_' || name) IS NULL
         THEN list_has_any(codes, getvariable('value_set_' || name))
         ELSE regexp_matches(array_to_string(codes, ' '), getvariable('value_set_pattern_' || name)) END;

-- The same for a column that holds a bare code without its system.
CREATE OR REPLACE TEMP MACRO code_in_value_set(code, name) AS
    list_contains(getvariable('value_set_bare_' || name), code);

-- Is this source our own practice's record? With no practice sources named, every source is.
CREATE OR REPLACE TEMP MACRO at_practice(source) AS
    coalesce(list_contains(getvariable('practice_sources'), source), TRUE);

-- One line of evidence, as pages show it.
CREATE OR REPLACE TEMP MACRO evidence(in_table, fact_id, fact_source, label, on_day, value) AS
    {'table': in_table, 'id': fact_id, 'source': fact_source, 'label': label,
     'date': on_day::DATE::VARCHAR, 'value': value::VARCHAR};

-- One input of a score, as pages show it.
CREATE OR REPLACE TEMP MACRO score_input(axis, label, value, on_day, fact_source, in_table, fact_id) AS
    {'axis': axis, 'label': label, 'value': value::VARCHAR, 'date': on_day::DATE::VARCHAR, 'source': fact_source,
     'table': in_table, 'id': fact_id};

-- A day as a sentence says it: Nov 20.
CREATE OR REPLACE TEMP MACRO said(on_day) AS strftime(on_day::DATE, '%b %-d');

-- 'due' until the day has passed, then what lateness is worth.
CREATE OR REPLACE TEMP MACRO severity_by(due_day, when_late) AS
    CASE WHEN due_day < as_of_date() THEN when_late ELSE 'due' END;
