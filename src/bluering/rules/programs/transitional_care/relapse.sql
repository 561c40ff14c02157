-- In hospital again after they graduated.
SELECT person_id, 'In hospital again' AS title,
       'In ' || place || ' on ' || said(admitted) || '; they graduated on ' || said(left_date) || '.' AS sentence,
       to_json([evidence('encounter', id, source, 'In ' || place, admitted, NULL)]) AS evidence
FROM (SELECT e.person_id, e.left_date, h.admitted, h.place, h.source, h.id
      FROM episode e JOIN hospitalization h ON h.person_id = e.person_id AND h.admitted::DATE > e.left_date
      WHERE e.program = 'transitional_care' AND e.state = 'graduated'
      QUALIFY row_number() OVER (PARTITION BY e.person_id ORDER BY h.admitted DESC, h.id) = 1)
