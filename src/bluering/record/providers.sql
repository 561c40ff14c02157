-- Clinicians and organisations, once each: by their NPI where one is told and its check digit holds; else by name and address;
-- else each source's own stays on its own. Two of one name at two addresses stay two.
WITH role AS (
    SELECT source, practitioner_id, any_value(specialty_text) AS specialty, any_value(phone) AS phone
    FROM practitioner_role GROUP BY source, practitioner_id
),
told AS (
    SELECT 'practitioner' AS kind, p.source, p.id, nullif(trim(concat_ws(' ', p.prefix, p.given, p.family)), '') AS name,
           concat_ws(' ', p.given, p.family) AS plain, p.npi, r.specialty, coalesce(p.phone, r.phone) AS phone,
           p.address_line, p.postal_code, p.city
    FROM practitioner p LEFT JOIN role r ON r.source = p.source AND r.practitioner_id = p.id
    UNION ALL
    SELECT 'organization', source, id, name, name,
           list_filter(list_transform(identifiers, lambda i: CASE WHEN i LIKE 'http://hl7.org/fhir/sid/us-npi|%' THEN split_part(i, '|', 2) END),
                       lambda n: is_npi(n))[1],
           type_text, phone, address_line, postal_code, city
    FROM organization
),
-- Words without signs, titles, degrees and legal forms; St. and Saint, Mt. and Mount, Ave and Avenue are one.
spelled AS (
    SELECT *, CASE WHEN is_npi(npi) THEN npi END AS good_npi, words_of(plain) AS name_words,
           words_of(address_line) AS street, left(regexp_replace(postal_code, '[^0-9]', '', 'g'), 5) AS zip
    FROM told
),
placed AS (
    SELECT *, CASE WHEN name_words <> '' AND street <> '' AND length(zip) = 5
                   THEN 'at|' || md5(concat_ws('|', kind, name_words, street, zip)) END AS place
    FROM spelled
),
-- Who gives no number is whoever has one there under this name, if only one has.
numbered AS (
    SELECT place, min(good_npi) AS npi FROM placed
    WHERE place IS NOT NULL AND good_npi IS NOT NULL GROUP BY place HAVING count(DISTINCT good_npi) = 1
),
keyed AS (
    SELECT p.*, coalesce(p.good_npi, n.npi) AS known_npi,
           coalesce('npi|' || coalesce(p.good_npi, n.npi), p.place, 'own|' || p.source || '/' || p.id) AS key
    FROM placed p LEFT JOIN numbered n ON n.place = p.place
)
SELECT key, any_value(kind), coalesce(any_value(known_npi), ''),
       coalesce(first(name ORDER BY length(name) DESC, source) FILTER (name IS NOT NULL), ''),
       coalesce(first(specialty ORDER BY source) FILTER (specialty IS NOT NULL), ''),
       coalesce(first(phone ORDER BY source) FILTER (phone IS NOT NULL), ''),
       coalesce(first(city ORDER BY source) FILTER (city IS NOT NULL), ''),
       list_sort(list(source || '/' || id))
FROM keyed
GROUP BY key
