-- Medicines that a list says the person takes now: the practice's list, other prescribers' and hospitals' lists, pharmacies.
-- `name` is for comparing (before the strength, without salt and form), `shown` is for reading; `codes` holds RxNorm only.
-- amount x per_day is the dose of a day; NULL where the words leave room (as needed, two amounts, several tablets).
WITH told AS (
    SELECT person_id, source, id, 'medication_request' AS in_table, medication_text, medication_codes,
           authored_on_datetime AS at_datetime, NULL::DOUBLE AS days_supply, requester_display AS told_by,
           dosage_text, dose_quantity, dose_unit, frequency
    FROM medication_request
    WHERE status = 'active' AND coalesce(intent, 'order') NOT IN ('proposal', 'plan', 'option')
    UNION ALL
    SELECT person_id, source, id, 'medication_statement', medication_text, medication_codes,
           coalesce(date_asserted_datetime, effective_start_datetime), NULL, information_source_display,
           dosage_text, dose_quantity, dose_unit, frequency
    FROM medication_statement
    WHERE status = 'active'
    UNION ALL
    -- what was handed over is taken until the supply ends, and two weeks more; a missing supply is taken as 30 days
    SELECT person_id, source, id, 'medication_dispense', medication_text, medication_codes,
           when_handed_over_datetime, days_supply, performer_display, dosage_text, dose_quantity, NULL, NULL
    FROM medication_dispense
    WHERE status = 'completed'
      AND when_handed_over_datetime::DATE + coalesce(days_supply, 30)::INT + 14 >= as_of_date()
),
-- a foreign list that nobody wrote on for 400 days is no list of now; the practice answers for its own
current AS (
    SELECT t.*, CASE WHEN in_table = 'medication_dispense' THEN 'pharmacy'
                     WHEN at_practice(t.source) THEN 'practice' ELSE 'other' END AS list
    FROM told t SEMI JOIN living USING (person_id)
    WHERE medication_text IS NOT NULL
      AND coalesce(at_datetime <= getvariable('as_of'), at_practice(t.source))
      AND (at_practice(t.source) OR at_datetime >= getvariable('as_of') - INTERVAL 400 DAY)
),
-- Words are read once per different text, not once per row.
cut AS (
    SELECT medication_text,
           trim(regexp_extract(regexp_replace(medication_text, '^[0-9.]+ ?(hr|ml|actuat)\s+', '', 'i'),
                               '^[^0-9(\[,]+')) AS shown,
           regexp_extract(lower(medication_text), '([0-9.]+) ?(mg|mcg|ug|units?)\b', ['amount', 'unit']) AS strength
    FROM (SELECT DISTINCT medication_text FROM current)
),
named AS (
    SELECT medication_text, shown, strength,
           -- what stands first is no salt: potassium chloride and sodium chloride are two medicines
           trim(regexp_replace(regexp_extract(lower(shown), '^[a-z]+') || regexp_replace(
               regexp_replace(lower(shown), '^[a-z]+', ''),
               '\b(hydrochloride|hcl|potassium|sodium|succinate|tartrate|calcium|besylate|maleate|mesylate|sulfate|'
               || 'fumarate|acetate|citrate|bromide|magnesium|er|xr|sr|xl|cr|la|ec|dr|hfa|extended|delayed|release|'
               || 'oral|tablets?|tabs?|capsules?|caps?|inhaler|solution|suspension|pen|injector|injection|enteric|coated)\b',
               ' ', 'g'), '[^a-z/]+', ' ', 'g')) AS stripped
    FROM cut
),
directed AS (
    SELECT dosage_text, lower(dosage_text) AS words,
           regexp_extract(lower(dosage_text), '([0-9.]+) ?(mg|mcg|ug|units?)\b', ['amount', 'unit']) AS taken,
           len(regexp_extract_all(lower(dosage_text), '[0-9.]+ ?(mg|mcg|ug|units?)\b')) AS amounts
    FROM (SELECT DISTINCT dosage_text FROM current WHERE dosage_text IS NOT NULL)
),
dosed AS (
    SELECT dosage_text, words, taken,
           amounts > 1 OR regexp_matches(words, 'as needed|\bprn\b|as directed|sliding|taper|titrat|alternat|every other|'
               || '([2-9]|two|three|four|half|1/2) ?(tab|cap|pill)') AS leaves_room,
           CASE WHEN regexp_matches(words, 'week') THEN 1 / 7.0
                WHEN regexp_matches(words, 'four times|4 times|every 6 h|\bqid\b') THEN 4
                WHEN regexp_matches(words, 'three times|3 times|every 8 h|\btid\b') THEN 3
                WHEN regexp_matches(words, 'twice|two times|2 times|every 12 h|\bbid\b') THEN 2
                WHEN regexp_matches(words, 'once|daily|every (day|morning|evening|night)|every 24 h|at bedtime|nightly|\bqd\b|\bqhs\b')
                THEN 1 END AS per_day
    FROM directed
)
SELECT c.person_id, c.list, c.source, c.id, c.in_table, c.told_by, c.at_datetime::DATE AS on_day, c.days_supply,
       c.medication_text AS label, n.shown, coalesce(nullif(n.stripped, ''), lower(n.shown)) AS name,
       list_filter(c.medication_codes, lambda x: starts_with(x, 'http://www.nlm.nih.gov/research/umls/rxnorm|')) AS codes,
       CASE WHEN d.leaves_room THEN NULL
            WHEN d.taken.amount <> '' THEN try_cast(d.taken.amount AS DOUBLE) / if(d.taken.unit IN ('mcg', 'ug'), 1000, 1)
            WHEN lower(c.dose_unit) IN ('mg', 'unit', 'units', '[iu]') THEN c.dose_quantity
            WHEN lower(c.dose_unit) IN ('mcg', 'ug') THEN c.dose_quantity / 1000
            WHEN c.dose_quantity = 1 AND regexp_matches(lower(c.dose_unit), '^(tab|cap)') AND n.strength.amount <> ''
            THEN try_cast(n.strength.amount AS DOUBLE) / if(n.strength.unit IN ('mcg', 'ug'), 1000, 1)
            END AS amount,
       CASE WHEN NOT coalesce(d.leaves_room, FALSE) THEN coalesce(d.per_day, c.frequency) END AS per_day,
       coalesce(c.dosage_text, format('{:g}', c.dose_quantity) || ' ' || c.dose_unit) AS dose_said
FROM current c
JOIN named n USING (medication_text)
LEFT JOIN dosed d ON d.dosage_text = c.dosage_text
