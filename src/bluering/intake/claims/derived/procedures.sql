-- What was done: the procedures of a stay, and every service that was billed under a HCPCS or CPT code.
WITH done AS (
  SELECT place, id, updated, patient, cancelled, claim, 'procedure|' || coalesce(p.sequence::TEXT, '') || '|' || p.procedureCodeableConcept.coding[1].code AS what,
    p.procedureCodeableConcept AS concept, coalesce(p.date, claim.billablePeriod.start) AS day
  FROM (SELECT *, unnest(claim.procedure) AS p FROM claim)
  UNION ALL
  SELECT place, id, updated, patient, cancelled, claim, 'service|' || coalesce(i.sequence::TEXT, '') || '|' || i.productOrService.coding[1].code,
    i.productOrService, coalesce(i.servicedDate, i.servicedPeriod.start, claim.billablePeriod.start)
  FROM (SELECT *, unnest(claim.item) AS i FROM claim WHERE kind IN ('professional', 'institutional'))
  WHERE i.productOrService.coding[1].system NOT LIKE '%data-absent-reason')
SELECT place, fhir({
  'resourceType': 'Procedure', 'id': derived_id(id, what), 'meta': tagged(updated),
  'status': CASE WHEN cancelled THEN 'entered-in-error' ELSE 'completed' END,
  'code': {'coding': list_transform(list_filter(concept.coding, lambda c: c.code IS NOT NULL), lambda c: one_service(c)), 'text': concept.text},
  'subject': patient, 'performedDateTime': day}) AS raw
FROM done WHERE len(concept.coding) > 0 AND concept.coding[1].code IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY place, id, what) = 1
