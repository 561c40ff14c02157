-- What tables of members and of claims write alike. Settings of the source are variables of the session.
CREATE OR REPLACE MACRO day_of(text) AS coalesce(
    CASE WHEN regexp_matches(text, '^\d{4}') THEN
        try_strptime(split_part(text, ' ', 1), ['%Y-%m-%d', '%Y/%m/%d', '%Y%m%d', '%Y-%m-%dT%H:%M:%S', '%Y-%m-%dT%H:%M:%SZ'])::DATE END,
    try_strptime(text, ['%b %d, %Y', '%B %d, %Y', '%d %b %Y', '%d-%b-%y', '%d-%b-%Y'])::DATE,
    CASE getvariable('date_format')
        WHEN 'mdy' THEN try_strptime(split_part(text, ' ', 1), ['%m/%d/%y', '%m-%d-%y', '%m.%d.%y', '%m/%d/%Y', '%m-%d-%Y', '%m.%d.%Y'])::DATE
        WHEN 'dmy' THEN try_strptime(split_part(text, ' ', 1), ['%d/%m/%y', '%d-%m-%y', '%d.%m.%y', '%d/%m/%Y', '%d-%m-%Y', '%d.%m.%Y'])::DATE END);
-- Two digits of a year are of the last century when the day would lie ahead.
CREATE OR REPLACE MACRO born(text) AS CASE WHEN day_of(text) > getvariable('today')::DATE AND regexp_matches(text, '\D\d\d$')
    THEN day_of(text) - INTERVAL 100 YEAR ELSE day_of(text) END::DATE;
CREATE OR REPLACE MACRO iso(date) AS strftime(date, '%Y-%m-%d');
CREATE OR REPLACE MACRO plain_id(text) AS CASE WHEN regexp_full_match(text, '[A-Za-z0-9\-.]{1,64}') THEN text ELSE left(sha256(text), 40) END;
-- A whole name as family and given names, by the order that the source writes.
CREATE OR REPLACE MACRO family_of(name) AS CASE WHEN contains(name, ',') THEN trim(split_part(name, ',', 1))
    WHEN getvariable('name_order') = 'family_first' THEN split_part(name, ' ', 1) ELSE list_last(string_split(name, ' ')) END;
CREATE OR REPLACE MACRO given_of(name) AS CASE WHEN contains(name, ',') THEN trim(split_part(name, ',', 2))
    WHEN getvariable('name_order') = 'family_first' THEN nullif(trim(substr(name, length(split_part(name, ' ', 1)) + 1)), '')
    ELSE nullif(trim(left(name, length(name) - length(list_last(string_split(name, ' '))))), '') END;
-- FHIR's word for a sex that a table writes.
CREATE OR REPLACE MACRO gender_of(text) AS CASE WHEN lower(text) IN ('f', 'female', 'woman', 'w') THEN 'female' WHEN lower(text) IN ('m', 'male', 'man') THEN 'male'
    WHEN lower(text) IN ('o', 'x', 'other', 'nonbinary') THEN 'other' WHEN text IS NOT NULL THEN 'unknown' END;
CREATE OR REPLACE MACRO is_birth(day) AS coalesce(day <= getvariable('today')::DATE AND day >= getvariable('today')::DATE - INTERVAL 125 YEAR, false);
-- A member as Patient, by the number that the payer gave them.
CREATE OR REPLACE MACRO member_of(m) AS {
    'resourceType': 'Patient', 'id': m.member_id,
    'identifier': CASE WHEN m.patient_id IS NOT NULL THEN [{
        'type': {'coding': [{'system': 'http://terminology.hl7.org/CodeSystem/v2-0203', 'code': 'MB'}]},
        'system': getvariable('identifier_system'), 'value': m.patient_id}] END,
    'name': CASE WHEN coalesce(m.family, m.given) IS NOT NULL THEN [{'use': 'official', 'family': m.family,
        'given': CASE WHEN m.given IS NOT NULL THEN string_split(m.given, ' ') END}] END,
    'telecom': CASE WHEN m.phone IS NOT NULL THEN [{'system': 'phone', 'value': m.phone}] END,
    'gender': gender_of(m.gender), 'birthDate': iso(m.birth),
    'address': CASE WHEN coalesce(m.address_line, m.city, m.state, m.postal_code) IS NOT NULL THEN [{
        'line': known([m.address_line]), 'city': m.city, 'state': m.state, 'postalCode': m.postal_code}] END};
