-- The claims of one batch, with what decides where care took place. In: `told` (place, claim), one structure a claim.
CREATE OR REPLACE MACRO info_of(claim, name) AS
  list_filter(claim.supportingInfo, lambda one: list_contains(list_transform(one.category.coding, lambda c: c.code), name))[1];
CREATE OR REPLACE MACRO codes_of(concept) AS list_transform(concept.coding, lambda c: c.code);
CREATE OR REPLACE MACRO derived_id(claim_id, what) AS 'c' || left(sha256(claim_id), 24) || '-' || left(sha256(what), 24);
CREATE OR REPLACE MACRO tagged(updated) AS {'lastUpdated': updated, 'tag': [{'system': 'https://bluering.example.org/tags', 'code': 'claim-derived'}]};
CREATE OR REPLACE MACRO who(reference) AS CASE WHEN reference.reference IS NOT NULL OR reference.display IS NOT NULL OR reference.identifier.value IS NOT NULL
  THEN reference END;
CREATE OR REPLACE MACRO in_role(claim, roles) AS
  list_filter(claim.careTeam, lambda one: list_has_any(codes_of(one.role), roles))[1].provider;
-- Payers write ICD codes without their dot, and name the American ICD-10 by the world's; here each has one spelling.
CREATE OR REPLACE MACRO icd_dotted(code, ahead) AS
  CASE WHEN length(code) > ahead AND NOT contains(code, '.') THEN code[:ahead] || '.' || code[ahead + 1:] ELSE code END;
CREATE OR REPLACE MACRO one_icd(coding) AS CASE
  WHEN coding.system IN ('http://hl7.org/fhir/sid/icd-10-cm', 'http://hl7.org/fhir/sid/icd-10') THEN
    {'system': 'http://hl7.org/fhir/sid/icd-10-cm', 'code': icd_dotted(upper(coding.code), 3), 'display': coding.display}
  WHEN coding.system = 'http://hl7.org/fhir/sid/icd-9-cm' THEN
    {'system': coding.system, 'code': icd_dotted(upper(coding.code), CASE WHEN upper(coding.code) LIKE 'E%' THEN 4 ELSE 3 END), 'display': coding.display}
  ELSE coding END;
-- HCPCS under its name at Blue Button; its level I, five characters that begin with a digit, is CPT.
CREATE OR REPLACE MACRO one_service(coding) AS CASE WHEN coding.system = 'https://bluebutton.cms.gov/resources/codesystem/hcpcs' THEN
    {'system': CASE WHEN coding.code[1] BETWEEN '0' AND '9' THEN 'http://www.ama-assn.org/go/cpt'
      ELSE 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets' END, 'code': coding.code, 'display': coding.display}
  ELSE coding END;
CREATE OR REPLACE MACRO days_in_pieces(item) AS
  list_filter(item.quantity.extension, lambda e: e.url LIKE '%/days_suply_num')[1].valueQuantity.value;
CREATE OR REPLACE MACRO fhir(thing) AS
  regexp_replace(regexp_replace(to_json(thing)::TEXT, ',"\w+":null', '', 'g'), '\{"\w+":null,?', '{', 'g');

CREATE OR REPLACE TEMP TABLE claim AS
WITH read AS (
  SELECT place, claim, claim.id AS id, claim.meta.lastUpdated AS updated, claim.patient AS patient, coalesce(claim.status, 'active') != 'active' AS cancelled,
    list_concat(codes_of(claim.type), codes_of(claim.subType)) AS types, ltrim(info_of(claim, 'typeofbill').code.coding[1].code, '0') AS bill,
    list_filter(claim.facility.extension, lambda e: e.url LIKE '%clm_fac_type_cd')[1].valueCoding.code
      || list_filter(claim.facility.extension, lambda e: e.url LIKE '%clm_srvc_clsfctn_type_cd')[1].valueCoding.code AS bill_in_pieces,
    info_of(claim, 'https://bluebutton.cms.gov/resources/variables/clm_freq_cd').code.coding[1].code AS frequency_in_pieces,
    coalesce(info_of(claim, 'discharge-status'), info_of(claim, 'https://bluebutton.cms.gov/resources/variables/ptnt_dschrg_stus_cd')).code.coding[1].code AS discharge,
    info_of(claim, 'admissionperiod').timingPeriod AS stay,
    list_transform(claim.item, lambda i: lpad(i.revenue.coding[1].code, 4, '0')) AS revenues
  FROM told
  -- A payment (835) that names its claim tells of no care of its own: the claim does. A claim that names the visits it bills comes from who
  -- tells of them itself.
  WHERE coalesce(claim.use, 'claim') = 'claim' AND claim.claim.identifier.value IS NULL
    AND NOT coalesce(list_bool_or(list_transform(claim.item, lambda i: i.encounter[1].reference IS NOT NULL)), false) AND coalesce(claim.status, 'active') IN ('active', 'cancelled', 'entered-in-error') AND claim.patient.reference IS NOT NULL),
-- Where a payer tells the type of bill in pieces, these.
sorted AS (
  SELECT *, CASE WHEN length(bill) >= 2 THEN bill[:2] ELSE bill_in_pieces END AS kind_of_bill, coalesce(bill[-1:], frequency_in_pieces) AS frequency
  FROM read)
SELECT *, claim_kind(types) AS kind, claim_setting(types, kind_of_bill, revenues) AS setting
FROM sorted
