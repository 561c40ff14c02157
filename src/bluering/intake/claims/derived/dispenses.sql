-- Medicines handed over, from pharmacy claims.
SELECT place, fhir({
  'resourceType': 'MedicationDispense', 'id': derived_id(id, 'dispense|' || coalesce(i.sequence::TEXT, '')), 'meta': tagged(updated),
  'status': CASE WHEN cancelled THEN 'entered-in-error' ELSE 'completed' END,
  'medicationCodeableConcept': {'coding': list_filter(i.productOrService.coding, lambda c: c.code IS NOT NULL), 'text': i.productOrService.text},
  'subject': patient,
  'performer': CASE WHEN who(claim.provider) IS NOT NULL THEN [{'actor': who(claim.provider)}] END,
  'quantity': CASE WHEN i.quantity.value IS NOT NULL THEN {'value': i.quantity.value} END,
  'daysSupply': CASE WHEN coalesce(info_of(claim, 'dayssupply').valueQuantity.value, days_in_pieces(i)) IS NOT NULL THEN
    {'value': coalesce(info_of(claim, 'dayssupply').valueQuantity.value, days_in_pieces(i)), 'unit': 'days', 'system': 'http://unitsofmeasure.org', 'code': 'd'} END,
  'whenHandedOver': coalesce(i.servicedDate, i.servicedPeriod.start, claim.billablePeriod.start)}) AS raw
FROM (SELECT *, unnest(claim.item) AS i FROM claim WHERE kind = 'pharmacy')
WHERE i.productOrService.coding[1].code IS NOT NULL OR i.productOrService.text IS NOT NULL
