-- Four places for each row, since no two resources may have the same. A month's list as FHIR: who is on it (Patient), cover, the payer's score, and the list itself in Groups of at most 2,000 members.
CREATE OR REPLACE TEMP TABLE latest AS
SELECT * FROM member QUALIFY row_number() OVER (PARTITION BY id ORDER BY of_month DESC) = 1;

CREATE OR REPLACE TEMP TABLE made AS
SELECT number * 4 AS place, fhir(member_of(struct_insert(latest, member_id := id))) AS raw
FROM latest
UNION ALL
SELECT number * 4 + 1, fhir({
    'resourceType': 'Coverage', 'id': left(id, 55) || '-cover', 'status': 'active',
    'type': CASE WHEN plan IS NOT NULL THEN {'text': plan} END,
    'subscriberId': patient_id, 'beneficiary': {'reference': 'Patient/' || id},
    'period': {'start': iso(covered_from), 'end': iso(covered_until)},
    'payor': [{'display': getvariable('payer')}]})
FROM latest WHERE covered_from IS NOT NULL
UNION ALL
SELECT number * 4 + 2, fhir({
    'resourceType': 'RiskAssessment', 'id': left(id, 48) || '-risk-' || strftime(coalesce(scored_on, of_month), '%Y%m%d'), 'status': 'final',
    'method': {'text': getvariable('score_name')}, 'subject': {'reference': 'Patient/' || id},
    'occurrenceDateTime': iso(coalesce(scored_on, of_month)), 'performer': {'display': getvariable('payer')},
    'prediction': [{
        'relativeRisk': CASE WHEN getvariable('score_is') = 'relative' THEN TRY_CAST(score AS DECIMAL(18, 4)) END,
        'qualitativeRisk': CASE WHEN getvariable('score_is') != 'relative' THEN {'text': score} END,
        'rationale': score_drivers}]})
FROM member WHERE score IS NOT NULL
UNION ALL
SELECT min(number) * 4 + 3, fhir({
    'resourceType': 'Group', 'id': 'roster-' || strftime(of_month, '%Y-%m') || '-' || (part + 1),
    'identifier': [{'system': 'urn:bluering:roster-month', 'value': strftime(of_month, '%Y-%m')}],
    'active': true, 'type': 'person', 'actual': true, 'name': getvariable('payer'), 'quantity': count(*),
    'managingEntity': {'display': getvariable('payer')},
    'member': list({
        'extension': CASE WHEN coalesce(clinician_npi, clinician_name) IS NOT NULL THEN [{
            'url': 'http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributedProvider',
            'valueReference': {'identifier': CASE WHEN clinician_npi IS NOT NULL THEN {'system': 'http://hl7.org/fhir/sid/us-npi', 'value': clinician_npi} END, 'display': clinician_name}}] END,
        'entity': {'reference': 'Patient/' || id},
        'period': CASE WHEN coalesce(since, until) IS NOT NULL THEN {'start': iso(since), 'end': iso(until)} END} ORDER BY id)})
FROM member GROUP BY of_month, part
