-- Claims of a table as FHIR in the shape of CARIN for Blue Button. Each row has four places; a claim's resources take those of its first row.
CREATE OR REPLACE MACRO ordered(codes) AS list_filter(codes, lambda c, i: list_position(codes, c) = i);
CREATE OR REPLACE MACRO about(npi, name) AS CASE WHEN coalesce(npi, name) IS NOT NULL THEN {
    'identifier': CASE WHEN npi IS NOT NULL THEN {'system': system_of('npi'), 'value': npi} END, 'display': name} END;
CREATE OR REPLACE MACRO told_info(number, category, code, value, period) AS CASE WHEN code IS NOT NULL OR value IS NOT NULL OR period IS NOT NULL THEN {
    'sequence': number, 'category': coded('carin info', category), 'code': code, 'valueQuantity': value, 'timingPeriod': period} END;
-- ICD-10 is in use for care that ended on 1 October 2015 or later (CMS).
CREATE OR REPLACE MACRO icd_of(until) AS CASE WHEN until >= DATE '2015-10-01' THEN '0' ELSE '9' END;
CREATE OR REPLACE MACRO in_setting(setting) AS CASE WHEN setting IS NOT NULL THEN {'coding': [{'system': CASE WHEN setting IN ('inpatient', 'outpatient')
    THEN 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBInstitutionalClaimSubType' ELSE 'https://bluering.example.org/claim-setting' END, 'code': setting}]} END;

CREATE OR REPLACE TEMP TABLE made AS
WITH member AS (
    SELECT *, NULL::TEXT AS address_line, NULL::TEXT AS city, NULL::TEXT AS state, NULL::TEXT AS postal_code FROM understood WHERE faults = ''
    QUALIFY row_number() OVER (PARTITION BY member_id ORDER BY since DESC, number DESC) = 1
),
item AS (
    SELECT claim_key, list({
        'sequence': nth, 'careTeamSequence': CASE WHEN coalesce(clinician_npi, clinician_name) IS NOT NULL THEN [1] END,
        'revenue': coded('revenue', lpad(revenue_code, 4, '0')),
        'productOrService': CASE WHEN ndc11 IS NOT NULL OR medicine IS NOT NULL THEN {'coding': CASE WHEN ndc11 IS NOT NULL THEN [{'system': system_of('ndc'), 'code': ndc11}] END, 'text': medicine}
            WHEN service IS NOT NULL THEN struct_insert(service_code(service), text := NULL::TEXT)
            ELSE {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/data-absent-reason', 'code': 'not-applicable'}], 'text': NULL} END,
        'modifier': known(list_transform(codes_in(modifiers), lambda one: service_code(one))),
        'servicedPeriod': {'start': iso(since), 'end': iso(until)},
        'locationCodeableConcept': coded('pos', lpad(place_of_service, 2, '0')),
        'quantity': CASE WHEN units IS NOT NULL THEN {'value': units} END,
        'net': CASE WHEN getvariable('amounts_are') = 'line' THEN money(paid_sum) END,
        'adjudication': CASE WHEN getvariable('amounts_are') = 'line' THEN known([total('adjudication', 'submitted', billed_sum), total('adjudication', 'eligible', allowed_sum),
            total('adjudication', 'benefit', paid_sum), total('carin adjudication', 'paidbypatient', patient_sum)]) END} ORDER BY nth) AS items
    FROM line GROUP BY claim_key
)
SELECT m.number * 4 AS place, fhir(member_of(m)) AS raw FROM member m
UNION ALL
SELECT number * 4 + 1, fhir({
    'resourceType': 'Coverage', 'id': left(member_id, 55) || '-cover', 'status': 'active', 'subscriberId': patient_id,
    'beneficiary': {'reference': 'Patient/' || member_id}, 'payor': [{'display': getvariable('payer')}]})
FROM member
UNION ALL
SELECT c.number * 4 + 2, fhir({
    'resourceType': 'ExplanationOfBenefit', 'id': 'csv-' || c.claim_key,
    'meta': CASE WHEN c.known_on IS NOT NULL THEN {'lastUpdated': iso(c.known_on) || 'T00:00:00Z'} END,
    'identifier': [{'system': 'urn:bluering:' || getvariable('source') || ':claim', 'value': c.claim_number}],
    'status': CASE WHEN c.cancelled THEN 'cancelled' ELSE 'active' END, 'use': 'claim',
    'type': {'coding': [{'system': system_of('claim type'), 'code': c.kind}]}, 'subType': in_setting(c.setting),
    'patient': {'reference': 'Patient/' || c.member_id}, 'billablePeriod': {'start': iso(c.since), 'end': iso(c.until)},
    'created': iso(coalesce(c.known_on, c.until)), 'insurer': {'display': getvariable('payer')}, 'outcome': 'complete',
    'disposition': CASE WHEN c.cancelled THEN 'Reversed' WHEN c.denied THEN 'Denied' END,
    'provider': about(c.provider_npi, c.provider_name),
    'careTeam': CASE WHEN coalesce(c.clinician_npi, c.clinician_name) IS NOT NULL THEN [{'sequence': 1, 'provider': about(c.clinician_npi, c.clinician_name),
        'role': coded('carin team', CASE c.kind WHEN 'institutional' THEN 'attending' WHEN 'pharmacy' THEN 'prescribing' ELSE 'performing' END)}] END,
    'supportingInfo': known([
        told_info(1, 'typeofbill', CASE WHEN c.kind = 'institutional' THEN coded('bill', '0' || c.bill) END, NULL, NULL),
        told_info(2, 'admissionperiod', NULL, NULL, CASE WHEN coalesce(c.admitted, c.discharged) IS NOT NULL THEN {'start': iso(c.admitted), 'end': iso(c.discharged)} END),
        told_info(3, 'discharge-status', coded('discharge', lpad(c.discharge_status, 2, '0')), NULL, NULL),
        told_info(4, 'drg', coded('drg', lpad(c.drg, 3, '0')), NULL, NULL),
        told_info(5, 'dayssupply', NULL, CASE WHEN c.supply IS NOT NULL THEN {'value': c.supply} END, NULL)]),
    'diagnosis': known(list_transform(ordered(c.icd), lambda code, i: {'sequence': i, 'diagnosisCodeableConcept': diagnosis_code(code, icd_of(c.until)),
        'type': [CASE WHEN i = 1 THEN coded('diagnosis', 'principal') ELSE coded('carin diagnosis', CASE WHEN c.kind = 'institutional' THEN 'other' ELSE 'secondary' END) END]})),
    'procedure': known(list_transform(ordered(c.pcs), lambda code, i: {'sequence': i, 'date': iso(c.since), 'procedureCodeableConcept': procedure_code(code, icd_of(c.until))})),
    'insurance': [{'focal': true, 'coverage': {'reference': 'Coverage/' || left(c.member_id, 55) || '-cover'}}],
    'item': i.items,
    'total': known([total('adjudication', 'submitted', c.billed_total), total('adjudication', 'eligible', c.allowed_total),
        total('adjudication', 'benefit', c.paid_total), total('carin adjudication', 'paidbypatient', c.patient_total)]),
    'payment': CASE WHEN c.paid_total IS NOT NULL THEN {'date': iso(c.known_on), 'amount': money(c.paid_total)} END})
FROM claim c LEFT JOIN item i USING (claim_key)
