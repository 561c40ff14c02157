-- One row per person who is not known to have died, whichever of the sources says so.
SELECT person_id,
       max(birth_date) AS birth_date,
       max(language) AS language,
       max(general_practitioner_display) AS general_practitioner
FROM patient
WHERE person_id IS NOT NULL
GROUP BY person_id
HAVING NOT coalesce(bool_or(deceased_boolean), FALSE) AND count(deceased_datetime) = 0
