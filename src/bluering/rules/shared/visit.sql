-- Visits that took place outside hospital: in the office, at home, by video or telephone with a clinician.
SELECT person_id, source, id, start_datetime AS at_datetime, class_code,
       participant_id AS clinician_id, participant_display AS clinician,
       service_provider_id AS place_id, service_provider_display AS place,
       reason_codes, at_practice(source) AS practice
FROM encounter JOIN living USING (person_id)
WHERE class_code IN ('AMB', 'VR', 'HH', 'FLD')
  AND status IN ('arrived', 'triaged', 'in-progress', 'onleave', 'finished')
  AND start_datetime BETWEEN getvariable('as_of') - INTERVAL 400 DAY AND getvariable('as_of')
