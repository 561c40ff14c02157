-- Patient and Coverage from file 8. A number that file 9 replaces is a Patient of its own, with a link to the one that came after, so that a
-- delivery without file 9 takes no link back.
CREATE OR REPLACE TEMP TABLE person AS
WITH latest AS (SELECT * FROM cclf_8 QUALIFY row_number() OVER (PARTITION BY BENE_MBI_ID ORDER BY place DESC) = 1),
old_hicn AS (
  SELECT CRNT_NUM AS hicn, list({'use': 'old', 'system': system_of('hicn'), 'value': PRVS_NUM,
    'period': {'start': day(PRVS_ID_EFCTV_DT), 'end': day(PRVS_ID_OBSLT_DT)}} ORDER BY PRVS_NUM) AS numbers
  FROM cclf_9 WHERE HICN_MBI_XREF_IND = 'H' GROUP BY CRNT_NUM)
SELECT p.*, coalesce(o.numbers, []) AS numbers, r.mbi AS successor,
  person_id_of(p.BENE_MBI_ID) AS id, CASE WHEN GEO_ZIP5_CD SIMILAR TO '\d{5}' THEN GEO_ZIP5_CD
    WHEN BENE_ZIP_CD SIMILAR TO '\d{5}' THEN BENE_ZIP_CD END AS zip
FROM latest p LEFT JOIN renamed r ON r.earlier = p.BENE_MBI_ID LEFT JOIN old_hicn o ON o.hicn = p.BENE_HIC_NUM;

CREATE OR REPLACE TEMP TABLE made_persons AS
SELECT place, fhir({
  'resourceType': 'Patient', 'id': id,
  'extension': known([
    CASE WHEN BENE_RACE_CD IN ('1', '2', '4', '6') THEN {'url': 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race', 'extension': [
      {'url': 'ombCategory', 'valueString': NULL::TEXT, 'valueCoding': {'system': 'urn:oid:2.16.840.1.113883.6.238', 'code':
        CASE BENE_RACE_CD WHEN '1' THEN '2106-3' WHEN '2' THEN '2054-5' WHEN '4' THEN '2028-9' ELSE '1002-5' END}},
      {'url': 'text', 'valueString': CASE BENE_RACE_CD WHEN '1' THEN 'White' WHEN '2' THEN 'Black or African American' WHEN '4' THEN 'Asian'
        ELSE 'American Indian or Alaska Native' END, 'valueCoding': NULL}]} END,
    CASE WHEN BENE_RACE_CD = '5' THEN {'url': 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity', 'extension': [
      {'url': 'ombCategory', 'valueString': NULL::TEXT, 'valueCoding': {'system': 'urn:oid:2.16.840.1.113883.6.238', 'code': '2135-2'}},
      {'url': 'text', 'valueString': 'Hispanic or Latino', 'valueCoding': NULL}]} END]),
  'identifier': [{'use': NULL::TEXT, 'system': system_of('mbi'), 'value': BENE_MBI_ID, 'period': {'start': NULL::TEXT, 'end': NULL::TEXT}}]
    || CASE WHEN BENE_HIC_NUM IS NOT NULL THEN [{'use': NULL::TEXT, 'system': system_of('hicn'), 'value': BENE_HIC_NUM, 'period': {'start': NULL::TEXT, 'end': NULL::TEXT}}] ELSE [] END
    || numbers,
  'name': CASE WHEN BENE_LAST_NAME IS NOT NULL OR BENE_1ST_NAME IS NOT NULL
    THEN [{'family': BENE_LAST_NAME, 'given': known([BENE_1ST_NAME, BENE_MIDL_NAME])}] END,
  'gender': CASE BENE_SEX_CD WHEN '1' THEN 'male' WHEN '2' THEN 'female' WHEN '0' THEN 'unknown' END,
  'birthDate': day(BENE_DOB), 'deceasedDateTime': day(BENE_DEATH_DT),
  'address': CASE WHEN coalesce(BENE_LINE_1_ADR, GEO_ZIP_PLC_NAME, GEO_USPS_STATE_CD, zip) IS NOT NULL THEN [{
    'line': known([BENE_LINE_1_ADR, BENE_LINE_2_ADR, BENE_LINE_3_ADR, BENE_LINE_4_ADR, BENE_LINE_5_ADR, BENE_LINE_6_ADR]),
    'city': GEO_ZIP_PLC_NAME, 'state': GEO_USPS_STATE_CD,
    'postalCode': zip || CASE WHEN GEO_ZIP4_CD SIMILAR TO '\d{4}' AND zip = GEO_ZIP5_CD THEN '-' || GEO_ZIP4_CD ELSE '' END}] END,
  'link': CASE WHEN successor IS NOT NULL THEN [{'other': {'reference': 'Patient/' || person_id_of(successor)}, 'type': 'replaced-by'}] END}) AS raw
FROM person
UNION ALL
-- Whom only a claim or a cross reference names, and nothing tells about yet.
SELECT place, fhir({
  'resourceType': 'Patient', 'id': person_id_of(mbi), 'identifier': [{'system': system_of('mbi'), 'value': mbi}],
  'active': CASE WHEN successor IS NOT NULL THEN false END,
  'link': CASE WHEN successor IS NOT NULL THEN [{'other': {'reference': 'Patient/' || person_id_of(successor)}, 'type': 'replaced-by'}] END})
FROM bare_person
UNION ALL
SELECT place + nth, fhir({
  'resourceType': 'Coverage', 'id': id || '-' || part, 'status': 'active',
  'type': {'coding': [{'system': 'https://nahdo.org/sopt', 'code': '121', 'display': 'Medicare Fee-for-service (original Medicare)'}],
    'text': 'Medicare Part ' || part},
  'subscriberId': BENE_MBI_ID, 'beneficiary': {'reference': 'Patient/' || id},
  'period': {'start': since, 'end': day(BENE_DEATH_DT)},
  'payor': [{'display': 'Medicare', 'identifier': {'system': 'https://bluebutton.cms.gov/resources/payer', 'value': 'CMS'}}],
  'class': [{'type': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/coverage-class', 'code': 'plan'}]}, 'value': 'Part ' || part}]})
FROM (SELECT *, unnest([{'part': 'A', 'nth': 1, 'since': day(BENE_PART_A_ENRLMT_BGN_DT)}, {'part': 'B', 'nth': 2, 'since': day(BENE_PART_B_ENRLMT_BGN_DT)}], max_depth := 2) FROM person)
WHERE since IS NOT NULL
