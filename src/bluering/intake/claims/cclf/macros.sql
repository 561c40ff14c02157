-- Pieces of FHIR as structures of the engine. What is NULL is taken out of the text at the end (`fhir`).
CREATE OR REPLACE MACRO system_of(name) AS CASE name
  WHEN 'mbi' THEN 'http://hl7.org/fhir/sid/us-mbi'
  WHEN 'hicn' THEN 'http://hl7.org/fhir/sid/us-medicare'
  WHEN 'npi' THEN 'http://hl7.org/fhir/sid/us-npi'
  WHEN 'ccn' THEN 'http://terminology.hl7.org/NamingSystem/CCN'
  WHEN 'claim' THEN 'https://bluebutton.cms.gov/resources/variables/clm_id'
  WHEN 'group' THEN 'https://bluebutton.cms.gov/resources/identifier/claim-group'
  WHEN 'ndc' THEN 'http://hl7.org/fhir/sid/ndc'
  WHEN 'hcpcs' THEN 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets'
  WHEN 'cpt' THEN 'http://www.ama-assn.org/go/cpt'
  WHEN 'revenue' THEN 'https://www.nubc.org/CodeSystem/RevenueCodes'
  WHEN 'pos' THEN 'https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set'
  WHEN 'bill' THEN 'https://www.nubc.org/CodeSystem/TypeOfBill'
  WHEN 'discharge' THEN 'https://www.nubc.org/CodeSystem/PatDischargeStatus'
  WHEN 'poa' THEN 'https://www.nubc.org/CodeSystem/PresentOnAdmissionIndicator'
  WHEN 'drg' THEN 'https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/MS-DRG-Classifications-and-Software'
  WHEN 'admission' THEN 'https://www.nubc.org/CodeSystem/PriorityTypeOfAdmitOrVisit'
  WHEN 'origin' THEN 'https://www.nubc.org/CodeSystem/PointOfOrigin'
  WHEN 'specialty' THEN 'https://bluebutton.cms.gov/resources/variables/prvdr_spclty'
  WHEN 'cms type' THEN 'https://bluebutton.cms.gov/resources/variables/nch_clm_type_cd'
  WHEN 'claim type' THEN 'http://terminology.hl7.org/CodeSystem/claim-type'
  WHEN 'adjudication' THEN 'http://terminology.hl7.org/CodeSystem/adjudication'
  WHEN 'carin adjudication' THEN 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBAdjudication'
  WHEN 'carin info' THEN 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType'
  WHEN 'carin team' THEN 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBClaimCareTeamRole'
  WHEN 'carin diagnosis' THEN 'http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBClaimDiagnosisType'
  WHEN 'diagnosis' THEN 'http://terminology.hl7.org/CodeSystem/ex-diagnosistype'
  END;
CREATE OR REPLACE MACRO day(text) AS
  CASE WHEN text NOT IN ('1000-01-01', '9999-12-31', '0001-01-01') THEN strftime(TRY_CAST(text AS DATE), '%Y-%m-%d') END;
CREATE OR REPLACE MACRO amount(text) AS TRY_CAST(text AS DECIMAL(18, 2));
CREATE OR REPLACE MACRO coded(system, code) AS
  CASE WHEN code IS NOT NULL THEN {'coding': [{'system': system_of(system), 'code': code}]} END;
CREATE OR REPLACE MACRO money(value) AS CASE WHEN value IS NOT NULL THEN {'value': value, 'currency': 'USD'} END;
CREATE OR REPLACE MACRO total(system, code, value) AS
  CASE WHEN value IS NOT NULL THEN {'category': coded(system, code), 'amount': money(value)} END;
CREATE OR REPLACE MACRO known(things) AS nullif(list_filter(things, lambda one: one IS NOT NULL), []);
-- Who it is by number: an NPI where one is told, else the CMS certification number of a facility.
CREATE OR REPLACE MACRO named(npi, ccn) AS CASE
  WHEN npi IS NOT NULL THEN {'identifier': {'system': system_of('npi'), 'value': npi}}
  WHEN ccn IS NOT NULL THEN {'identifier': {'system': system_of('ccn'), 'value': ccn}} END;
CREATE OR REPLACE MACRO is_icd10(indicator) AS coalesce(indicator, '0') != '9';
-- Claims write ICD codes without their dot: after three characters, in ICD-9's E codes after four.
CREATE OR REPLACE MACRO dotted(code, ahead) AS CASE WHEN length(code) > ahead THEN code[:ahead] || '.' || code[ahead + 1:] ELSE code END;
CREATE OR REPLACE MACRO diagnosis_code(code, indicator) AS CASE
  WHEN is_icd10(indicator) THEN {'coding': [{'system': 'http://hl7.org/fhir/sid/icd-10-cm', 'code': dotted(code, 3)}]}
  ELSE {'coding': [{'system': 'http://hl7.org/fhir/sid/icd-9-cm', 'code': dotted(code, CASE WHEN code LIKE 'E%' THEN 4 ELSE 3 END)}]} END;
CREATE OR REPLACE MACRO procedure_code(code, indicator) AS CASE
  WHEN is_icd10(indicator) THEN {'coding': [{'system': 'http://www.cms.gov/Medicare/Coding/ICD10', 'code': code}]}
  ELSE {'coding': [{'system': 'http://hl7.org/fhir/sid/icd-9-cm', 'code': dotted(code, 2)}]} END;
-- Level I of HCPCS is CPT: five characters that begin with a digit.
CREATE OR REPLACE MACRO service_code(code) AS coded(CASE WHEN code[1] BETWEEN '0' AND '9' THEN 'cpt' ELSE 'hcpcs' END, code);
CREATE OR REPLACE MACRO person_id_of(mbi) AS 'b-' || left(sha256('mbi|' || mbi), 40);
CREATE OR REPLACE MACRO fhir(thing) AS
  regexp_replace(regexp_replace(to_json(thing)::TEXT, ',"\w+":null', '', 'g'), '\{"\w+":null,?', '{', 'g');
