-- Stays and visits that claims tell of. Professional claims for care in a hospital tell of no visit of their own: the hospital's claim does.
WITH place_of AS (
  SELECT * FROM (VALUES ('inpatient', 'IMP', 'Hospital stay'), ('snf', 'NONAC', 'Skilled nursing stay'), ('observation', 'OBSENC', 'Observation stay'),
    ('emergency', 'EMER', 'Emergency visit'), ('outpatient', 'AMB', 'Hospital outpatient visit')) t(setting, class, title)),
-- Place of service codes (CMS): offices and clinics, by video or telephone, nursing homes; at home only visits (99341 to 99350).
line AS (
  SELECT place, id, unnest(claim.item) AS i, claim.billablePeriod.start AS since FROM claim
  WHERE kind = 'professional' AND NOT list_has_any(types, ['72', '81', '82'])),
seen AS (
  SELECT place, id, substr(coalesce(i.servicedDate, i.servicedPeriod.start, since), 1, 10) AS day, i.productOrService.coding[1].code AS service,
    lpad(i.locationCodeableConcept.coding[1].code, 2, '0') AS pos FROM line),
sorted AS (
  SELECT place, id, day, CASE WHEN pos IN ('11', '17', '20', '49', '50', '71', '72') THEN 'AMB' WHEN pos IN ('02', '10') THEN 'VR'
      WHEN pos = '12' AND service BETWEEN '99341' AND '99350' THEN 'HH' WHEN pos IN ('13', '14', '31', '32', '33') THEN 'FLD' END AS class,
    CASE pos WHEN '20' THEN 'Urgent care visit' WHEN '17' THEN 'Retail clinic visit' WHEN '12' THEN 'Home visit' WHEN '02' THEN 'Telehealth visit'
      WHEN '10' THEN 'Telehealth visit' ELSE 'Office visit' END AS title FROM seen),
visit AS (
  SELECT c.*, v.day, v.class, v.title FROM (
    SELECT place, id, day, min(class) AS class, arg_min(title, class) AS title FROM sorted WHERE class IS NOT NULL AND day IS NOT NULL GROUP BY place, id, day) v
  JOIN claim c ON c.place = v.place)
SELECT place, fhir({
  'resourceType': 'Encounter', 'id': derived_id(id, 'stay'), 'meta': tagged(updated),
  'identifier': [{'system': 'https://bluering.example.org/claim', 'value': id}],
  'status': CASE WHEN cancelled THEN 'cancelled' WHEN discharge = '30' OR frequency IN ('2', '3') THEN 'in-progress' ELSE 'finished' END,
  'class': {'system': 'http://terminology.hl7.org/CodeSystem/v3-ActCode', 'code': class}, 'type': [{'text': title}],
  'subject': patient,
  'period': {'start': coalesce(stay.start, claim.billablePeriod.start),
    'end': CASE WHEN discharge = '30' OR frequency IN ('2', '3') THEN NULL ELSE coalesce(stay.end, claim.billablePeriod.end) END},
  'participant': CASE WHEN who(in_role(claim, ['attending'])) IS NOT NULL THEN [{'individual': who(in_role(claim, ['attending']))}] END,
  -- A bill during a stay says until when the person was there.
  'statusHistory': CASE WHEN (discharge = '30' OR frequency IN ('2', '3')) AND claim.billablePeriod.end IS NOT NULL THEN [{'status': 'in-progress',
    'period': {'start': coalesce(stay.start, claim.billablePeriod.start), 'end': claim.billablePeriod.end}}] END,
  'serviceProvider': coalesce(who(claim.provider), CASE WHEN claim.facility.identifier.value IS NOT NULL OR claim.facility.display IS NOT NULL
    THEN {'reference': claim.facility.reference, 'display': claim.facility.display, 'identifier': claim.facility.identifier} END),
  'hospitalization': CASE WHEN discharge IS NOT NULL AND class IN ('IMP', 'NONAC', 'OBSENC') THEN {'dischargeDisposition': {'coding': [
    {'system': 'https://www.nubc.org/CodeSystem/PatDischargeStatus', 'code': discharge}]}} END}) AS raw
FROM claim JOIN place_of USING (setting)
UNION ALL
SELECT place, fhir({
  'resourceType': 'Encounter', 'id': derived_id(id, 'visit|' || day), 'meta': tagged(updated),
  'identifier': [{'system': 'https://bluering.example.org/claim', 'value': id}],
  'status': CASE WHEN cancelled THEN 'cancelled' ELSE 'finished' END,
  'class': {'system': 'http://terminology.hl7.org/CodeSystem/v3-ActCode', 'code': class}, 'type': [{'text': title}],
  'subject': patient, 'period': {'start': day, 'end': day},
  'participant': CASE WHEN coalesce(who(in_role(claim, ['performing', 'rendering', 'primary'])), who(claim.provider)) IS NOT NULL
    THEN [{'individual': coalesce(who(in_role(claim, ['performing', 'rendering', 'primary'])), who(claim.provider))}] END}) AS raw
FROM visit
