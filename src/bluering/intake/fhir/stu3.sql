-- ExplanationOfBenefit as FHIR STU3 tells it (Blue Button 2.0 v1, BCDA v1, DPC), said as R4 says it. In: a resource's text.
-- Differences: hl7.org/fhir/R4/explanationofbenefit.html against hl7.org/fhir/STU3/explanationofbenefit.html.
CREATE OR REPLACE MACRO is_stu3_claim(raw) AS
  coalesce(json_type(raw, '$.insurance') = 'OBJECT', false) OR coalesce(json_type(raw, '$.outcome') = 'OBJECT', false)
  OR coalesce(json_type(raw, '$.subType') = 'ARRAY', false)
  OR len(list_filter(json_type(raw, ['$.information', '$.hospitalization', '$.totalCost', '$.totalBenefit', '$.unallocDeductable', '$.organization',
    '$.employmentImpacted', '$.item[0].service', '$.item[0].diagnosisLinkId', '$.item[0].careTeamLinkId']), lambda kind: kind IS NOT NULL)) > 0;

-- Elements that only have another name. A quotation mark within a text is escaped, so `"service":` is always a name.
CREATE OR REPLACE MACRO stu3_renamed(text) AS
  replace(replace(replace(replace(replace(replace(text,
    '"service":', '"productOrService":'), '"diagnosisLinkId":', '"diagnosisSequence":'), '"careTeamLinkId":', '"careTeamSequence":'),
    '"procedureLinkId":', '"procedureSequence":'), '"informationLinkId":', '"informationSequence":'), '"claimLinkId":', '"itemSequence":');

-- Money was a quantity with a currency for its unit.
CREATE OR REPLACE MACRO stu3_money(text) AS
  regexp_replace(regexp_replace(text,
    '"code":"([A-Z]{3})"((?:,"value":[-+.0-9eE]+)?),"system":"urn:iso:std:iso:4217"', '"currency":"\1"\2', 'g'),
    '"system":"urn:iso:std:iso:4217"((?:,"value":[-+.0-9eE]+)?),"code":"([A-Z]{3})"', '"currency":"\2"\1', 'g');

CREATE OR REPLACE MACRO stu3_total(kind, amount) AS CASE WHEN amount IS NOT NULL THEN [json_object('category', json_object('coding', json_array(
  json_object('system', 'http://terminology.hl7.org/CodeSystem/adjudication', 'code', kind))), 'amount', amount)] ELSE [] END;

-- The time in hospital became one of the things told in support; its sequence is one that no other has.
CREATE OR REPLACE MACRO stu3_stay(period) AS CASE WHEN period IS NOT NULL THEN [json_object('sequence', 10000, 'category', json_object('coding', json_array(
  json_object('system', 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType', 'code', 'admissionperiod'))), 'timingPeriod', period)] ELSE [] END;

CREATE OR REPLACE MACRO json_null_if_empty(list) AS CASE WHEN len(list) > 0 THEN to_json(list) END;

-- What is set here replaces the element; what is null leaves it out (RFC 7396).
CREATE OR REPLACE MACRO stu3_patch(claim) AS json_object(
  'use', coalesce(json_extract(claim, '$.use'), '"claim"'::JSON),
  'insurance', CASE json_type(claim, '$.insurance') WHEN 'OBJECT' THEN json_array(json_merge_patch('{"focal":true}', json_extract(claim, '$.insurance')))
    ELSE json_extract(claim, '$.insurance') END,
  'supportingInfo', json_null_if_empty(list_concat(
    coalesce((json_extract(claim, '$.supportingInfo'))::JSON[], []), coalesce((json_extract(claim, '$.information'))::JSON[], []), stu3_stay(json_extract(claim, '$.hospitalization')))),
  'total', json_null_if_empty(list_concat(coalesce((json_extract(claim, '$.total'))::JSON[], []),
    stu3_total('submitted', json_extract(claim, '$.totalCost')), stu3_total('benefit', json_extract(claim, '$.totalBenefit')))),
  'facility', coalesce(json_extract(claim, '$.facility'), json_extract(claim, '$.organization')),
  'outcome', CASE json_type(claim, '$.outcome') WHEN 'OBJECT' THEN coalesce(json_extract(claim, '$.outcome.coding[0].code'), '"complete"'::JSON) ELSE json_extract(claim, '$.outcome') END,
  'subType', CASE json_type(claim, '$.subType') WHEN 'ARRAY' THEN json_extract(claim, '$.subType[0]') ELSE json_extract(claim, '$.subType') END,
  'information', NULL, 'hospitalization', NULL, 'totalCost', NULL, 'totalBenefit', NULL, 'unallocDeductable', NULL, 'organization', NULL,
  'employmentImpacted', NULL);

CREATE OR REPLACE MACRO stu3_shaped(text) AS json_merge_patch(text, stu3_patch(text::JSON))::TEXT;
CREATE OR REPLACE MACRO stu3_claim_as_r4(raw) AS stu3_shaped(stu3_money(stu3_renamed(json(raw)::TEXT)));
