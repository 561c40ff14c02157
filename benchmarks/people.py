"""Made-up Americans as their systems write them, and who each record truly is: households, twins, juniors, shared phones, errors.

How often things happen is set by judgement from what registries report, not measured; twins by CDC NCHS (about 3 births in 100).
Deterministic: the same number gives the same records. Names come from short lists and from syllables, common ones much more often.
"""

import duckdb
import pyarrow as pa

from bluering.demo import names


def _words(text: str) -> list[str]:
    return text.split()


FAMILY = _words(
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor "
    "Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott "
    "Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts "
)
STARTS = _words(
    "Al Ander Bar Ben Bland Bran Cal Car Cole Cran Dal Den Dor Dun East Ed Ell Fair Far Fen Gar Gil Glen Gran Hal Ham Har Hol Hunt Kel "
    "Ken Kirk Lan Law Lind Lock Mal Mar Mel Mor Nor Oak Os Pal Park Pel Pen Pres Quin Rad Ran Red Rock Ros Row San Sel Shel Stan Ster "
    "Sut Tal Tan Thorn Tol Ver Wad Wal War Wel West Whit Wil Win Wood Yar "
)
ENDS = _words(
    "berg by cock den der dine don dorf er ett ford gate ham hart hurst ins kin land ler ley lin low man mann mer mont more nell ner "
    "ney port quist rick ridge row sen ser shaw son stad stein stone ter thwaite ton tt vale vich ville ward way well wick win wood "
    "worth yer "
)
STREETS = ("Street", "Avenue", "Road", "Drive", "Lane", "Court", "Place", "Boulevard")

HOUSEHOLDS = """
CREATE TEMP TABLE household AS
SELECT h, [1,1,1,2,2,2,2,3,3,4,4,5][1 + r(h, 'size', 12)] AS size, list_extract($families, rank(h, 'family', len($families))) AS family,
  (1 + r(h, 'number', 1900)) || ' ' || list_extract($families, 1 + r(h, 'street', len($families))) || ' ' || list_extract($streets, 1 + r(h, 'kind', 8)) AS line,
  lpad((10000 + rank(h, 'zip', 4000) * 20 + r(h, 'zip2', 3))::VARCHAR, 5, '0') AS zip, 'City ' || rank(h, 'zip', 4000) AS city, phone(h, 'home') AS phone,
  DATE '1935-01-01' + r(h, 'born', 25000)::INT AS head_born
FROM range($households) t(h)
"""
PERSONS = """
CREATE TEMP TABLE person AS
WITH member AS (SELECT *, unnest(range(size)) AS place FROM household),
aged AS (SELECT *, h * 8 + place AS p, place > 1 AND place = size - 1 AND r(h, 'twins', 100) < 3 AS twin,
  CASE WHEN place = 0 THEN head_born WHEN place = 1 THEN head_born + (r(h, 'partner', 3000) - 1500)::INT
    ELSE least(head_born + (7300 + r(h * 8 + place, 'child', 6000))::INT, DATE '2026-01-01' - r(h * 8 + place, 'baby', 6000)::INT) END AS own_born,
  CASE place WHEN 0 THEN r(h, 'sex', 2) WHEN 1 THEN 1 - r(h, 'sex', 2) ELSE r(h * 8 + place, 'sex', 2) END AS man FROM member)
SELECT p, h, place, man, zip, city, line, phone,
  CASE WHEN twin THEN lag(own_born) OVER siblings ELSE own_born END AS born,
  CASE WHEN place = 1 AND r(h, 'kept', 10) < 3 THEN list_extract($families, rank(p, 'own', len($families))) ELSE family END AS family,
  CASE WHEN place = 2 AND man = 1 AND r(h, 'sex', 2) = 1 AND r(h, 'junior', 100) < 8 THEN given(h * 8, 1) ELSE given(p, man) END AS given,
  place = 2 AND man = 1 AND r(h, 'sex', 2) = 1 AND r(h, 'junior', 100) < 8 AS junior,
  chr((97 + r(p, 'middle', 26))::INT) AS middle, lpad((1 + r(p, 'area', 660))::VARCHAR, 3, '0') || lpad((1 + r(p, 'group', 98))::VARCHAR, 2, '0')
    || lpad((1 + r(p, 'serial', 9998))::VARCHAR, 4, '0') AS ssn, phone(p, 'own') AS mobile
FROM aged WINDOW siblings AS (PARTITION BY h ORDER BY place)
"""
RECORDS = """
WITH told AS (SELECT *, unnest(['ehr', 'plan', 'lab', 'hospital']) AS source FROM person),
drawn AS (SELECT *, p || source AS n FROM told),
kept AS (SELECT * FROM drawn WHERE r(n, 'kept', 100) < MAP {'ehr': 100, 'plan': 55, 'lab': 25, 'hospital': 30}[source]),
moved AS (SELECT k.* EXCLUDE (line, zip, city, phone), CASE WHEN r(n, 'moved', 100) < 10 THEN o.line ELSE k.line END AS line,
  CASE WHEN r(n, 'moved', 100) < 10 THEN o.zip ELSE k.zip END AS zip, CASE WHEN r(n, 'moved', 100) < 10 THEN o.city ELSE k.city END AS city,
  CASE WHEN r(n, 'moved', 100) < 10 THEN o.phone ELSE k.phone END AS phone, o.family AS other_family
  FROM kept k JOIN household o ON o.h = r(k.n, 'to', $households)),
written AS (SELECT *, CASE WHEN r(n, 'wed', 100) < 3 AND man = 0 THEN other_family WHEN r(n, 'double', 100) < 1 THEN family || '-' || other_family
    ELSE typo(family, n, 30) END AS said_family,
  CASE WHEN source = 'hospital' AND born > DATE '2025-01-01' AND r(n, 'newborn', 10) < 5 THEN 'Baby ' || ['Girl', 'Boy'][man + 1]
    WHEN r(n, 'nick', 100) < 8 THEN coalesce(short[lower(given)], given) ELSE typo(given, n, 25) END AS said_given
  FROM moved, (SELECT map(list(root), list(name)) AS short FROM (SELECT root, min(name) AS name FROM nickname GROUP BY root)))
SELECT source || '/' || p AS subject_key, source, CASE WHEN r(n, 'swap', 1000) < 3 THEN said_family ELSE said_given END AS given,
  CASE WHEN r(n, 'swap', 1000) < 3 THEN said_given ELSE CASE WHEN source = 'plan' THEN upper(said_family) ELSE said_family END END AS family,
  CASE WHEN junior AND r(n, 'suffix', 10) < 5 THEN 'Jr' END AS suffix,
  CASE WHEN r(n, 'birth', 1000) < 10 THEN NULL WHEN r(n, 'birth', 1000) < 14 THEN '1900-01-01'
    WHEN r(n, 'birth', 1000) < 19 AND day(born) <= 12 THEN strftime(born, '%Y-%d-%m')
    WHEN r(n, 'birth', 1000) < 27 THEN strftime(born + ([1, 10, 365, -1][1 + r(n, 'off', 4)])::INT, '%Y-%m-%d') ELSE strftime(born, '%Y-%m-%d') END AS birth_date,
  CASE WHEN r(n, 'sex', 1000) < 5 THEN NULL ELSE ['female', 'male'][man + 1] END AS gender,
  CASE WHEN r(n, 'phone', 100) < 35 THEN phone WHEN r(n, 'phone', 100) < 75 THEN mobile END AS phone,
  CASE WHEN r(n, 'mail', 100) < 30 THEN lower(given) || p || '@example.org' END AS email,
  CASE WHEN r(n, 'line', 100) < 4 THEN NULL ELSE typo(line, n || 'l', 20) END AS address_line, city, zip AS postal_code,
  CASE WHEN r(n, 'ssn', 100) < 30 THEN ssn WHEN r(n, 'ssn', 100) < 45 THEN right(ssn, 4) END AS ssn, p AS truth
FROM written ORDER BY n
"""
TOOLS = """
CREATE MACRO r(n, salt, k) AS (hash(n, salt) % k)::BIGINT;
CREATE MACRO rank(n, salt, k) AS 1 + floor(k * pow(r(n, salt, 1000003) / 1000003, 2))::BIGINT;
CREATE MACRO phone(n, salt) AS (200 + r(n, salt || 'a', 700)) || '555' || lpad(r(n, salt || 'b', 10000)::VARCHAR, 4, '0');
CREATE MACRO given(n, man) AS CASE WHEN man = 1 THEN list_extract(getvariable('men'), rank(n, 'given', len(getvariable('men'))))
  ELSE list_extract(getvariable('women'), rank(n, 'given', len(getvariable('women')))) END;
CREATE MACRO typo(s, n, permille) AS CASE WHEN r(n, 'typo' || permille, 1000) >= permille OR length(s) < 4 THEN s
  ELSE [s[:2] || s[4:], s[:2] || s[2] || s[3:], s[1] || s[3] || s[2] || s[4:], s[:length(s) - 1], s[:3] || 'e' || s[4:]][1 + r(n, 'which', 5)] END;
"""
# Persons of a household on average, and records of a person.
RECORDS_A_HOUSEHOLD = 5.3


def people(records: int) -> pa.Table:
    """About so many records: the columns that features are made of, and `truth`, the number of the person."""
    engine = duckdb.connect()
    cultures = sorted({name for culture in names.CULTURES.values() for name in culture[4]})
    families = [*FAMILY, *cultures, *(start + end for end in ENDS for start in STARTS)]
    women, men = _given()
    engine.execute("SET VARIABLE women = $names", {"names": women})
    engine.execute("SET VARIABLE men = $names", {"names": men})
    engine.execute(TOOLS)
    from bluering.identity.matching.features import NICKNAMES

    engine.execute(f"CREATE TEMP TABLE nickname AS FROM read_csv('{NICKNAMES}', header=true, comment='#')")
    households = max(int(records / RECORDS_A_HOUSEHOLD), 1)
    told = {"families": families, "streets": list(STREETS), "households": households}
    for sql in (HOUSEHOLDS, PERSONS):
        engine.execute(sql, {name: value for name, value in told.items() if f"${name}" in sql})
    return engine.sql(RECORDS, params={"households": households}).to_arrow_table()


def _given() -> tuple[list[str], list[str]]:
    """Women's and men's given names, the commonest first, then rarer ones made of syllables."""
    women = sorted({name for culture in names.CULTURES.values() for name in culture[5]})
    men = sorted({name for culture in names.CULTURES.values() for name in culture[6]})
    rare = [start + end for end in ("a", "ina", "ette", "elle", "ia", "lyn") for start in STARTS]
    rare_men = [start + end for end in ("o", "ian", "ard", "us", "ell", "on") for start in STARTS]
    return women + rare, men + rare_men
