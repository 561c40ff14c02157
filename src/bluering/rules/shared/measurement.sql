-- Results that a value set names (PHQ-9, A1c, blood pressure ...), of the last 26 months, one pass over each table.
-- US Core's own example tells the total of a PHQ-9 as text, and each item as one of LOINC's answers LL358-3, which count 0 to 3.
WITH code_list AS (
    SELECT DISTINCT code_codes FROM observation
    UNION
    SELECT DISTINCT code_codes FROM observation_component
),
list_member AS (
    SELECT DISTINCT code_codes, name
    FROM (SELECT code_codes, unnest(code_codes) AS code FROM code_list)
    JOIN value_set USING (code)
    WHERE NOT is_prefix
),
told AS (
    SELECT person_id, source, id, code_codes, effective_datetime, value_quantity, value_string, value_code, 'observation' AS in_table
    FROM observation
    WHERE status IN ('final', 'amended', 'corrected')
      AND (value_quantity IS NOT NULL OR value_code IN ('LA6568-5', 'LA6569-3', 'LA6570-1', 'LA6571-9')
           OR try_cast(value_string AS DOUBLE) IS NOT NULL)
      AND effective_datetime BETWEEN getvariable('as_of') - INTERVAL 800 DAY AND getvariable('as_of')
    UNION ALL
    SELECT person_id, source, id, code_codes, effective_datetime, value_quantity, NULL, NULL, 'observation'
    FROM observation_component
    WHERE status IN ('final', 'amended', 'corrected') AND value_quantity IS NOT NULL
      AND effective_datetime BETWEEN getvariable('as_of') - INTERVAL 800 DAY AND getvariable('as_of')
)
SELECT t.person_id, m.name AS measure, t.effective_datetime AS at_datetime,
       coalesce(t.value_quantity, try_cast(t.value_string AS DOUBLE),
                list_position(['LA6568-5', 'LA6569-3', 'LA6570-1', 'LA6571-9'], t.value_code) - 1) AS value,
       t.source, t.id, t.in_table
FROM told t
JOIN list_member m ON m.code_codes = t.code_codes
JOIN living ON living.person_id = t.person_id
