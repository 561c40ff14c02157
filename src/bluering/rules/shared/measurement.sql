-- Results that a value set names (PHQ-9, A1c, blood pressure ...), of the last 26 months, one pass over each table.
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
    SELECT person_id, source, id, code_codes, effective_datetime, value_quantity, 'observation' AS in_table
    FROM observation
    WHERE status IN ('final', 'amended', 'corrected') AND value_quantity IS NOT NULL
      AND effective_datetime BETWEEN getvariable('as_of') - INTERVAL 800 DAY AND getvariable('as_of')
    UNION ALL
    SELECT person_id, source, id, code_codes, effective_datetime, value_quantity, 'observation'
    FROM observation_component
    WHERE status IN ('final', 'amended', 'corrected') AND value_quantity IS NOT NULL
      AND effective_datetime BETWEEN getvariable('as_of') - INTERVAL 800 DAY AND getvariable('as_of')
)
SELECT t.person_id, m.name AS measure, t.effective_datetime AS at_datetime, t.value_quantity AS value,
       t.source, t.id, t.in_table
FROM told t
JOIN list_member m ON m.code_codes = t.code_codes
JOIN living ON living.person_id = t.person_id
