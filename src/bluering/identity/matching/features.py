"""Patients as they are compared: one row for each record, with what is needed to compare it and the blocks it stands in.

In: the record's patients (columns of record/views/patient.json, lists such as `families`, `phones`, `address_lines` where told).
Out: the columns of COLUMNS. What cannot tell people apart is left empty: default dates, placeholder numbers, "Baby Girl".
Records of test patients stand in no block, so that nobody is ever compared with them.
"""

from pathlib import Path

import duckdb
import pyarrow as pa

from bluering.identity.matching.blocks import KEYS
from bluering.identity.matching.normal import COMMON_WORDS, MACROS

NICKNAMES = Path(__file__).parent / "data" / "nicknames.csv"

TEXTS = (
    "subject_key", "source", "family", "given", "suffix", "birth_date", "gender", "phone", "email", "address_line", "city", "state",
    "postal_code", "ssn",
)  # fmt: skip
LISTS = ("identifiers", "families", "givens", "phones", "emails", "address_lines", "postal_codes")

# Days that systems write when they know none.
DEFAULT_DAYS = (
    "17530101", "18000101", "18500101", "18991230", "18991231", "19000101", "19000102", "19010101", "11111111", "99991231", "00010101",
)  # fmt: skip
SSN_SYSTEMS = ("http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1", "2.16.840.1.113883.4.1", "SSN")
NEWBORN = "(baby|newborn|infant|babyboy|babygirl|bb|bg|nb|boy|girl)( (boy|girl|male|female|of|a|b|c|d|one|two|twin|[0-9])| [a-z])*"
UNKNOWN = "(unknown|unk|none|na|n a|noname|no name|nfn|nln|nlu|doe|x+|unidentified|anonymous)"
TEST = "(z*test|z*testpatient|patienttest|zztest.*|testing|donotuse|do not use|mickey mouse|fake)"

# Each distinct text is made comparable once.
NAMES = f"""
WITH said AS (SELECT family AS raw FROM patient UNION SELECT given FROM patient UNION SELECT unnest(families) FROM patient
              UNION SELECT unnest(givens) FROM patient),
worded AS MATERIALIZED (SELECT raw, words(raw) AS words FROM said WHERE raw IS NOT NULL),
plain AS MATERIALIZED (SELECT raw, without_title(words) AS words, suffix_in(words) AS suffix FROM worded),
joined AS (SELECT *, replace(words, ' ', '') AS joined, string_split(words, ' ') AS parts FROM plain)
SELECT raw, words, suffix, parts, nullif(joined, '') AS joined, parts[1] AS first, nullif(array_to_string(parts[2:], ''), '') AS rest,
  coalesce(root, parts[1]) AS root, sound(joined) AS code, sound(coalesce(root, parts[1])) AS root_code,
  list_filter(parts || [joined], lambda p: length(p) >= 3) AS pieces,
  regexp_full_match(words, '{NEWBORN}') AS newborn, regexp_full_match(words, '{TEST}') AS test,
  regexp_full_match(words, '{UNKNOWN}') AS unknown
FROM joined LEFT JOIN nickname ON nickname.name = parts[1]
"""
LINES = """
WITH said AS (SELECT address_line AS raw FROM patient UNION SELECT unnest(address_lines) FROM patient)
SELECT raw, street_line(raw) AS line FROM said WHERE raw IS NOT NULL
"""
MADE = f"""
WITH births AS (
  SELECT number, CASE WHEN birth_text IN {DEFAULT_DAYS} OR length(birth_text) != 8 THEN NULL ELSE birth_text END AS birth
  FROM (SELECT number, digits(birth_date) AS birth_text FROM patient)),
told_ssn AS MATERIALIZED (SELECT number, digits(coalesce(ssn, split_part(list_filter(identifiers, lambda i: split_part(i, '|', 1) IN {SSN_SYSTEMS})[1], '|', 2))) AS told
  FROM patient),
numbers AS (SELECT number, CASE WHEN length(told) > 4 AND issued(told) THEN told END AS ssn,
  CASE WHEN length(told) >= 4 AND right(told, 4) != '0000' AND (length(told) = 4 OR issued(told)) THEN right(told, 4) END AS ssn4 FROM told_ssn),
calls AS MATERIALIZED (SELECT number, list_transform(coalesce(phones, []) || [phone], lambda x: digits(x)) AS dialled,
  list_transform(coalesce(emails, []) || [email], lambda x: email_of(x)) AS mails FROM patient),
contact AS (SELECT number, list_distinct(list_transform(list_filter(dialled, lambda x: length(x) >= 7 AND NOT says_nothing(x)), lambda x: right(x, 10))
  || list_filter(mails, lambda x: x IS NOT NULL)) AS contacts FROM calls),
other_lines AS (SELECT number, list(DISTINCT line) AS lines
  FROM (SELECT number, unnest(address_lines) AS raw FROM patient) JOIN line USING (raw) GROUP BY number),
other_names AS (SELECT number, list(DISTINCT piece) AS pieces FROM (
  SELECT number, unnest(pieces) AS piece FROM (SELECT number, unnest(families) AS raw FROM patient) JOIN name USING (raw) WHERE NOT unknown)
  GROUP BY number)
SELECT p.number, p.subject_key, p.source,
  CASE WHEN NOT g.newborn AND NOT g.unknown THEN g.joined END AS given,
  CASE WHEN NOT g.newborn AND NOT g.unknown THEN g.first END AS given_first,
  CASE WHEN NOT g.newborn AND NOT g.unknown THEN g.root END AS given_root,
  CASE WHEN NOT g.newborn AND NOT g.unknown THEN g.root_code END AS given_code,
  CASE WHEN NOT g.newborn THEN g.rest END AS middle,
  CASE WHEN NOT f.unknown THEN f.joined END AS family,
  CASE WHEN NOT f.unknown THEN f.code END AS family_code,
  list_distinct(coalesce(f.pieces, []) || coalesce(o.pieces, [])) AS families,
  coalesce(suffix_number(p.suffix), f.suffix, g.suffix)::TINYINT AS suffix,
  b.birth, CASE WHEN lower(p.gender[1]) IN ('m', 'f') THEN lower(p.gender[1]) END AS sex,
  c.contacts,
  line.line AS street,
  list_distinct(list_filter(coalesce(a.lines, []) || [line.line], lambda x: length(x) >= 5)) AS streets,
  nullif(words(p.city), '') AS city, nullif(left(replace(words(p.postal_code), ' ', ''), 5), '') AS postal,
  list_distinct(list_filter(list_transform(coalesce(p.postal_codes, []) || [p.postal_code], lambda z: left(replace(words(z), ' ', ''), 5)),
    lambda z: length(z) >= 3)) AS postals,
  n.ssn, n.ssn4,
  list_distinct(list_filter(coalesce(p.identifiers, []), lambda i: split_part(i, '|', 1) NOT IN {SSN_SYSTEMS} AND length(split_part(i, '|', 2)) >= 4))
    AS identifiers,
  coalesce(g.newborn, false) AS newborn, coalesce(f.test, false) OR coalesce(g.test, false) AS test
FROM patient p LEFT JOIN name f ON f.raw = p.family LEFT JOIN name g ON g.raw = p.given
LEFT JOIN births b ON b.number = p.number LEFT JOIN numbers n ON n.number = p.number LEFT JOIN contact c ON c.number = p.number
LEFT JOIN other_lines a ON a.number = p.number LEFT JOIN other_names o ON o.number = p.number
LEFT JOIN line ON line.raw = p.address_line
"""
FEATURES = f"""
WITH worded AS (SELECT *, list_distinct(list_filter(list_reduce(list_transform(streets, lambda s: string_split(s, ' ')), lambda a, b: a || b, []::VARCHAR[]),
    lambda w: length(w) >= 2 AND NOT list_contains({COMMON_WORDS}, w))) AS street_words FROM made)
SELECT * EXCLUDE (number), CASE WHEN test THEN []::BIGINT[] ELSE {KEYS} END AS keys FROM worded ORDER BY number
"""


# Tables made one after the other from `patient` and `nickname`; the features come last.
STEPS = {"name": NAMES, "line": LINES, "made": MADE}


def features_of(patients: pa.Table) -> pa.Table:
    """One row of features for each patient, in their order.

    `patients`: `subject_key`, `source` and any of TEXTS and LISTS; birth_date as a date or as the text YYYY-MM-DD or YYYYMMDD.
    """
    engine = open_engine()
    engine.register("told", patients)
    engine.execute(
        f"CREATE TEMP TABLE patient AS SELECT row_number() OVER () AS number, {_columns(patients)} FROM told"
    )
    for table, made in STEPS.items():
        engine.execute(f"CREATE TEMP TABLE {table} AS {made}")
    return engine.sql(FEATURES).to_arrow_table()


def open_engine() -> duckdb.DuckDBPyConnection:
    """A connection that knows how names are normalised, and the nicknames."""
    engine = duckdb.connect()
    engine.execute(MACROS)
    nicknames = "CREATE TEMP TABLE nickname AS SELECT name, root FROM read_csv(?, header=true, comment='#')"
    engine.execute(nicknames, [str(NICKNAMES)])
    return engine


def _columns(patients: pa.Table) -> str:
    """What is told, with nothing in the place of what is not."""
    told = set(patients.column_names)
    texts = [
        f"nullif(trim({name}::VARCHAR), '') AS {name}" if name in told else f"NULL::VARCHAR AS {name}" for name in TEXTS
    ]
    lists = [f"{name}::VARCHAR[] AS {name}" if name in told else f"NULL::VARCHAR[] AS {name}" for name in LISTS]
    return ", ".join(texts + lists)
