-- ExplanationOfBenefit in the shape of CARIN for Blue Button, one for each claim of `version`.
CREATE OR REPLACE MACRO claim_head(v) AS {
  'resourceType': 'ExplanationOfBenefit', 'id': 'cclf-' || v.kind || '-' || v.uid,
  'meta': {'lastUpdated': v.updated || 'T00:00:00Z'},
  'identifier': [{'system': system_of('claim'), 'value': v.uid}, {'system': system_of('group'), 'value': v.claim_group}],
  'status': CASE WHEN v.cancelled THEN 'cancelled' ELSE 'active' END, 'use': 'claim',
  'patient': {'reference': 'Patient/' || person_id_of(v.mbi)},
  'created': v.effective, 'insurer': {'display': 'Medicare'}, 'outcome': 'complete', 'disposition': v.disposition,
  'related': known(list_transform(v.earlier, lambda uid: {'relationship': {'coding': [{'system':
    'http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship', 'code': 'prior'}]}, 'reference': {'system': system_of('claim'), 'value': uid}}))};
CREATE OR REPLACE MACRO claim_type(kind, cms) AS
  {'coding': [{'system': system_of('claim type'), 'code': kind}, {'system': system_of('cms type'), 'code': cms}]};
CREATE OR REPLACE MACRO info(number, category, code, value, period) AS CASE WHEN code IS NOT NULL OR value IS NOT NULL OR period IS NOT NULL THEN {
  'sequence': number, 'category': coded('carin info', category), 'code': code, 'valueQuantity': value, 'timingPeriod': period} END;
CREATE OR REPLACE MACRO quantity(text) AS CASE WHEN TRY_CAST(text AS DECIMAL(18, 4)) IS NOT NULL THEN {'value': TRY_CAST(text AS DECIMAL(18, 4))} END;
CREATE OR REPLACE MACRO member(number, role, npi) AS CASE WHEN npi IS NOT NULL THEN
  {'sequence': number, 'provider': named(npi, NULL), 'role': coded('carin team', role)} END;

CREATE OR REPLACE TEMP TABLE made_part_a AS
WITH line AS (
  SELECT CUR_CLM_UNIQ_ID AS uid, list({
    'sequence': TRY_CAST(CLM_LINE_NUM AS BIGINT), 'revenue': coded('revenue', CLM_LINE_PROD_REV_CTR_CD),
    'productOrService': coalesce(service_code(CLM_LINE_HCPCS_CD), {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/data-absent-reason', 'code': 'not-applicable'}]}),
    'modifier': known([service_code(HCPCS_1_MDFR_CD), service_code(HCPCS_2_MDFR_CD), service_code(HCPCS_3_MDFR_CD), service_code(HCPCS_4_MDFR_CD)]),
    'servicedDate': coalesce(day(CLM_LINE_INSTNL_REV_CTR_DT), day(CLM_LINE_FROM_DT), day(CLM_FROM_DT)),
    'quantity': quantity(CLM_LINE_SRVC_UNIT_QTY), 'net': money(amount(CLM_LINE_CVRD_PD_AMT))} ORDER BY TRY_CAST(CLM_LINE_NUM AS BIGINT)) AS lines
  FROM (SELECT DISTINCT ON (CUR_CLM_UNIQ_ID, CLM_LINE_NUM) * FROM cclf_2 ORDER BY place DESC) GROUP BY uid),
procedure AS (
  SELECT CUR_CLM_UNIQ_ID AS uid, list({'sequence': number, 'date': day(CLM_PRCDR_PRFRM_DT),
    'procedureCodeableConcept': procedure_code(CLM_PRCDR_CD, DGNS_PRCDR_ICD_IND)} ORDER BY number) AS procedures
  FROM (SELECT *, row_number() OVER (PARTITION BY CUR_CLM_UNIQ_ID ORDER BY TRY_CAST(CLM_VAL_SQNC_NUM AS BIGINT), CLM_PRCDR_CD) AS number
    FROM (SELECT DISTINCT ON (CUR_CLM_UNIQ_ID, CLM_VAL_SQNC_NUM, CLM_PRCDR_CD) * FROM cclf_3 ORDER BY place DESC)) GROUP BY uid),
-- The principal and the admitting diagnosis stand in file 1; file 4 repeats them among the others.
told AS (
  SELECT CUR_CLM_UNIQ_ID AS uid, PRNCPL_DGNS_CD AS code, 'principal' AS role, 'diagnosis' AS system, 0 AS nth, NULL AS poa, DGNS_PRCDR_ICD_IND AS icd
  FROM cclf_1 WHERE PRNCPL_DGNS_CD IS NOT NULL
  UNION ALL
  SELECT CUR_CLM_UNIQ_ID, ADMTG_DGNS_CD, 'admitting', 'diagnosis', 1000, NULL, DGNS_PRCDR_ICD_IND FROM cclf_1 WHERE ADMTG_DGNS_CD IS NOT NULL
  UNION ALL
  SELECT CUR_CLM_UNIQ_ID, CLM_DGNS_CD, CASE CLM_PROD_TYPE_CD WHEN 'E' THEN 'externalcauseofinjury' WHEN '1' THEN 'patientreasonforvisit' ELSE 'other' END,
    'carin diagnosis', coalesce(TRY_CAST(CLM_VAL_SQNC_NUM AS INTEGER), 99), CASE WHEN CLM_POA_IND IN ('Y', 'N', 'U', 'W', '1') THEN CLM_POA_IND END, DGNS_PRCDR_ICD_IND
  FROM cclf_4),
once AS (
  SELECT uid, code, CASE WHEN role = 'admitting' THEN role ELSE 'of the stay' END AS use, any_value(icd) AS icd, arg_min(role, nth) AS role,
    arg_min(system, nth) AS system, min(nth) AS nth, max(poa) AS poa FROM told GROUP BY ALL),
diagnosis AS (
  SELECT uid, list({'sequence': number, 'diagnosisCodeableConcept': diagnosis_code(code, icd), 'type': [coded(system, role)],
    'onAdmission': coded('poa', poa)} ORDER BY number) AS diagnoses
  FROM (SELECT *, row_number() OVER (PARTITION BY uid ORDER BY nth, code) AS number FROM once) GROUP BY uid),
admission AS (SELECT CUR_CLM_UNIQ_ID AS uid, min(day(CLM_ACTV_CARE_FROM_DT)) AS admitted FROM cclf_a GROUP BY ALL)
SELECT v.place, fhir(struct_insert(claim_head(v),
  type := claim_type('institutional', c.CLM_TYPE_CD),
  billablePeriod := {'start': day(c.CLM_FROM_DT), 'end': day(c.CLM_THRU_DT)},
  provider := coalesce(named(coalesce(c.CLM_BLG_PRVDR_NPI_NUM, c.FAC_PRVDR_NPI_NUM), NULL), named(NULL, coalesce(c.CLM_BLG_PRVDR_OSCAR_NUM, c.PRVDR_OSCAR_NUM))),
  facility := CASE WHEN c.PRVDR_OSCAR_NUM IS NOT NULL THEN named(NULL, c.PRVDR_OSCAR_NUM) END,
  careTeam := known([member(1, 'attending', coalesce(c.CLM_ATNDG_PRVDR_NPI_NUM, c.ATNDG_PRVDR_NPI_NUM)),
    member(2, 'operating', coalesce(c.CLM_OPRTG_PRVDR_NPI_NUM, c.OPRTG_PRVDR_NPI_NUM)), member(3, 'otheroperating', coalesce(c.CLM_OTHR_PRVDR_NPI_NUM, c.OTHR_PRVDR_NPI_NUM))]),
  supportingInfo := known([
    info(1, 'typeofbill', coded('bill', '0' || c.CLM_BILL_FAC_TYPE_CD || c.CLM_BILL_CLSFCTN_CD || coalesce(c.CLM_BILL_FREQ_CD, '')), NULL, NULL),
    info(2, 'admissionperiod', NULL, NULL, CASE WHEN a.admitted IS NOT NULL THEN {'start': a.admitted} END),
    info(3, 'discharge-status', coded('discharge', c.BENE_PTNT_STUS_CD), NULL, NULL),
    info(4, 'drg', coded('drg', c.DGNS_DRG_CD), NULL, NULL),
    info(5, 'admtype', coded('admission', ltrim(c.CLM_ADMSN_TYPE_CD, '0')), NULL, NULL),
    info(6, 'pointoforigin', coded('origin', c.CLM_ADMSN_SRC_CD), NULL, NULL)]),
  diagnosis := d.diagnoses, "procedure" := p.procedures,
  insurance := [{'focal': true, 'coverage': {'display': 'Medicare Part A'}}],
  item := l.lines,
  total := known([total('adjudication', 'submitted', amount(c.CLM_MDCR_INSTNL_TOT_CHRG_AMT)), total('adjudication', 'benefit', amount(c.CLM_PMT_AMT))]),
  payment := {'amount': money(amount(c.CLM_PMT_AMT))})) AS raw
FROM version v JOIN cclf_1 c ON c.place = v.place
LEFT JOIN line l USING (uid) LEFT JOIN procedure p USING (uid) LEFT JOIN diagnosis d USING (uid) LEFT JOIN admission a USING (uid)
WHERE v.kind = 'a';

CREATE OR REPLACE TEMP TABLE professional_line AS
SELECT 'b' AS kind, CUR_CLM_UNIQ_ID AS uid, place, TRY_CAST(CLM_LINE_NUM AS BIGINT) AS number, CLM_TYPE_CD AS cms, day(CLM_FROM_DT) AS since, day(CLM_THRU_DT) AS until,
  CLM_POS_CD AS pos, coalesce(day(CLM_LINE_FROM_DT), day(CLM_FROM_DT)) AS served, day(CLM_LINE_THRU_DT) AS served_until, CLM_LINE_HCPCS_CD AS service, amount(CLM_LINE_CVRD_PD_AMT) AS paid,
  amount(CLM_LINE_ALOWD_CHRG_AMT) AS allowed, CLM_LINE_SRVC_UNIT_QTY AS units, CLM_LINE_DGNS_CD AS reason, DGNS_PRCDR_ICD_IND AS icd,
  coalesce(CLM_RNDRG_PRVDR_NPI_NUM, RNDRG_PRVDR_NPI_NUM) AS performer, CLM_RFRG_PRVDR_NPI_NUM AS referring, CLM_PRVDR_SPCLTY_CD AS specialty,
  CLM_CARR_PMT_DNL_CD = '0' OR CLM_CARR_PMT_DNL_CD = '00' AS denied, CLM_ADJSMT_TYPE_CD AS adjustment, CLM_EFCTV_DT AS effective,
  known([HCPCS_1_MDFR_CD, HCPCS_2_MDFR_CD, HCPCS_3_MDFR_CD, HCPCS_4_MDFR_CD, HCPCS_5_MDFR_CD]) AS modifiers,
  known([CLM_DGNS_1_CD, CLM_DGNS_2_CD, CLM_DGNS_3_CD, CLM_DGNS_4_CD, CLM_DGNS_5_CD, CLM_DGNS_6_CD, CLM_DGNS_7_CD, CLM_DGNS_8_CD, CLM_DGNS_9_CD,
    CLM_DGNS_10_CD, CLM_DGNS_11_CD, CLM_DGNS_12_CD]) AS codes
FROM cclf_5
UNION ALL
SELECT 'm', CUR_CLM_UNIQ_ID, place, TRY_CAST(CLM_LINE_NUM AS BIGINT), CLM_TYPE_CD, day(CLM_FROM_DT), day(CLM_THRU_DT), CLM_POS_CD,
  coalesce(day(CLM_LINE_FROM_DT), day(CLM_FROM_DT)), day(CLM_LINE_THRU_DT), CLM_LINE_HCPCS_CD, amount(CLM_LINE_CVRD_PD_AMT), amount(CLM_LINE_ALOWD_CHRG_AMT), NULL, NULL, '0',
  coalesce(CLM_BLG_PRVDR_NPI_NUM, PAYTO_PRVDR_NPI_NUM), coalesce(CLM_RFRG_PRVDR_NPI_NUM, ORDRG_PRVDR_NPI_NUM), NULL,
  CLM_CARR_PMT_DNL_CD = '0' OR CLM_CARR_PMT_DNL_CD = '00', CLM_ADJSMT_TYPE_CD, CLM_EFCTV_DT, NULL, NULL
FROM cclf_6;

CREATE OR REPLACE TEMP TABLE made_part_b AS
WITH mine AS (
  SELECT l.*, v.place AS claim_place FROM professional_line l JOIN version v ON v.kind = l.kind AND v.uid = l.uid
    AND coalesce(day(l.effective), '1900-01-01') = v.effective AND coalesce(TRY_CAST(l.adjustment AS INTEGER), 0) = v.adjustment
  QUALIFY row_number() OVER (PARTITION BY l.kind, l.uid, number ORDER BY l.place DESC) = 1),
code AS (
  SELECT kind, uid, code, min(nth) AS nth, any_value(icd) AS icd FROM (
    SELECT kind, uid, icd, unnest(codes) AS code, generate_subscripts(codes, 1) AS nth FROM mine
    UNION ALL SELECT kind, uid, icd, reason, 50 + number FROM mine WHERE reason IS NOT NULL) GROUP BY ALL),
numbered AS (SELECT *, row_number() OVER (PARTITION BY kind, uid ORDER BY nth, code) AS number FROM code),
diagnosis AS (
  SELECT kind, uid, list({'sequence': number, 'diagnosisCodeableConcept': diagnosis_code(code, icd),
    'type': [CASE WHEN number = 1 THEN coded('diagnosis', 'principal') ELSE coded('carin diagnosis', 'secondary') END]} ORDER BY number) AS diagnoses
  FROM numbered GROUP BY ALL),
claim AS (
  SELECT m.kind, m.uid, any_value(cms) AS cms, min(since) AS since, max(until) AS until, any_value(performer) AS performer, any_value(referring) AS referring,
    any_value(specialty) AS specialty, sum(paid) AS paid, sum(allowed) AS allowed, list({
    'sequence': m.number, 'careTeamSequence': CASE WHEN performer IS NOT NULL THEN [1] END,
    'diagnosisSequence': CASE WHEN n.number IS NOT NULL THEN [n.number] END,
    'productOrService': coalesce(service_code(service), {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/data-absent-reason', 'code': 'not-applicable'}]}),
    'modifier': known(list_transform(modifiers, lambda one: service_code(one))),
    'servicedPeriod': {'start': served, 'end': coalesce(served_until, served)}, 'locationCodeableConcept': coded('pos', pos),
    'quantity': quantity(units), 'net': money(paid),
    'adjudication': known([total('adjudication', 'eligible', allowed), total('adjudication', 'benefit', paid)])} ORDER BY m.number) AS lines
  FROM mine m LEFT JOIN numbered n ON n.kind = m.kind AND n.uid = m.uid AND n.code = m.reason GROUP BY m.kind, m.uid)
SELECT v.place, fhir(struct_insert(claim_head(v),
  type := claim_type('professional', c.cms), billablePeriod := {'start': c.since, 'end': c.until},
  provider := named(c.performer, NULL),
  careTeam := known([
    CASE WHEN c.performer IS NOT NULL THEN {'sequence': 1, 'provider': named(c.performer, NULL), 'role': coded('carin team', 'performing'), 'qualification': coded('specialty', c.specialty)} END,
    CASE WHEN c.referring IS NOT NULL THEN {'sequence': 2, 'provider': named(c.referring, NULL), 'role': coded('carin team', 'referring'), 'qualification': NULL} END]),
  diagnosis := d.diagnoses, insurance := [{'focal': true, 'coverage': {'display': 'Medicare Part B'}}], item := c.lines,
  total := known([total('adjudication', 'eligible', c.allowed), total('adjudication', 'benefit', c.paid)]),
  payment := {'amount': money(c.paid)})) AS raw
FROM version v JOIN claim c ON c.kind = v.kind AND c.uid = v.uid LEFT JOIN diagnosis d ON d.kind = v.kind AND d.uid = v.uid;

CREATE OR REPLACE TEMP TABLE made_part_d AS
SELECT v.place, fhir(struct_insert(claim_head(v),
  type := claim_type('pharmacy', c.CLM_TYPE_CD), billablePeriod := {'start': day(CLM_LINE_FROM_DT), 'end': day(CLM_LINE_FROM_DT)},
  provider := CASE WHEN CLM_SRVC_PRVDR_GNRC_ID_NUM IS NOT NULL THEN {'identifier': {
    'system': CASE PRVDR_SRVC_ID_QLFYR_CD WHEN '01' THEN system_of('npi') WHEN '07' THEN 'http://terminology.hl7.org/NamingSystem/NCPDPProviderIdentificationNumber' END,
    'value': CLM_SRVC_PRVDR_GNRC_ID_NUM}} END,
  careTeam := CASE WHEN CLM_PRSBNG_PRVDR_GNRC_ID_NUM IS NOT NULL THEN [{'sequence': 1, 'provider': {'identifier': {
    'system': CASE WHEN PRVDR_PRSBNG_ID_QLFYR_CD = '01' THEN system_of('npi') END, 'value': CLM_PRSBNG_PRVDR_GNRC_ID_NUM}},
    'role': coded('carin team', 'prescribing')}] END,
  supportingInfo := known([
    info(1, 'dayssupply', NULL, quantity(CLM_LINE_DAYS_SUPLY_QTY), NULL),
    info(2, 'refillnum', NULL, quantity(CLM_LINE_RX_FILL_NUM), NULL),
    info(3, 'dawcode', CASE WHEN CLM_DAW_PROD_SLCTN_CD IS NOT NULL THEN {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/NCPDPDispensedAsWrittenOrProductSelectionCode', 'code': CLM_DAW_PROD_SLCTN_CD}]} END, NULL, NULL)]),
  insurance := [{'focal': true, 'coverage': {'display': 'Medicare Part D'}}],
  item := [{'sequence': 1, 'productOrService': coded('ndc', CLM_LINE_NDC_CD), 'servicedDate': day(CLM_LINE_FROM_DT), 'quantity': quantity(CLM_LINE_SRVC_UNIT_QTY)}],
  total := known([total('carin adjudication', 'paidbypatient', amount(CLM_LINE_BENE_PMT_AMT))]))) AS raw
FROM version v JOIN cclf_7 c ON c.place = v.place WHERE v.kind = 'd'
