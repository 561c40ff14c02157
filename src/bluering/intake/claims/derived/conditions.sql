-- A diagnosis each, once a claim. What a patient came with or was admitted for is a complaint, not what was found; unless it was found, too.
-- A stay's diagnoses are confirmed; those of other claims may be what was ruled out, so they are provisional.
WITH told AS (
  SELECT place, id, updated, patient, cancelled, setting, claim, unnest(claim.diagnosis) AS d FROM claim),
coded AS (
  SELECT *, d.diagnosisCodeableConcept AS concept, one_icd(d.diagnosisCodeableConcept.coding[1]).code AS code,
    coalesce(flatten(list_transform(d.type, lambda t: codes_of(t))), []) AS roles FROM told
  WHERE d.diagnosisCodeableConcept.coding[1].code IS NOT NULL),
found AS (SELECT * FROM coded WHERE len(roles) = 0 OR len(list_filter(roles, lambda one: one NOT IN ('admitting', 'patientreasonforvisit'))) > 0)
SELECT place, fhir({
  'resourceType': 'Condition', 'id': derived_id(id, 'diagnosis|' || code), 'meta': tagged(updated),
  'verificationStatus': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
    'code': CASE WHEN cancelled THEN 'entered-in-error' WHEN setting IN ('inpatient', 'snf', 'observation') THEN 'confirmed' ELSE 'provisional' END}]},
  'category': [{'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/condition-category', 'code': 'encounter-diagnosis'}]}],
  'code': {'coding': list_transform(list_filter(concept.coding, lambda c: c.code IS NOT NULL), lambda c: one_icd(c)), 'text': concept.text},
  'subject': patient, 'recordedDate': coalesce(claim.billablePeriod.start, claim.created)}) AS raw
FROM found
QUALIFY row_number() OVER (PARTITION BY place, id, code ORDER BY d.sequence) = 1
