"""SQL that makes names, streets and numbers comparable. Macros, so that one text serves a million rows and one.

What is common is worked out once for each distinct value, since a million persons have some ten thousand names.
Abbreviations of streets: USPS Publication 28, appendix C1 (the common ones). Numbers never issued as SSN: SSA, "Social Security Number
Randomization" (area 000, 666, 9xx; group 00; serial 0000).
"""

# Letters that stripping accents leaves as they are, and the Greek and Cyrillic alphabets as passports write them (ICAO Doc 9303, part 3).
ONE = (
    "øłđðıабвгдезийклмнопрстуфыёэіїєґьαβγδεζηικλμνξοπρσςτυω",
    "olddiabvgdeziiklmnoprstufyeeiieg'avgdeziiklmnxoprsstyo",
)
SEVERAL = {
    "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ю": "iu",
    "я": "ia", "θ": "th", "φ": "f", "χ": "ch", "ψ": "ps",
}  # fmt: skip
STREETS = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "boulevard": "blvd", "lane": "ln", "court": "ct",
    "place": "pl", "circuit": "cir", "circle": "cir", "crescent": "cres", "terrace": "ter", "highway": "hwy", "parkway": "pkwy",
    "square": "sq", "trail": "trl", "close": "cl", "way": "way", "apartment": "apt", "unit": "apt", "suite": "ste",
    "north": "n", "south": "s", "east": "e", "west": "w", "first": "1st", "second": "2nd", "third": "3rd",
}  # fmt: skip
COMMON_WORDS = sorted({*STREETS.values(), "apt", "ste", "po", "box", "the"})
TITLES = "(mr|mrs|ms|miss|dr|prof|rev|md|phd)"
SUFFIXES = "(jr|sr|junior|senior|ii|iii|iv|2nd|3rd)"


def _chain(inner: str, pairs: list[tuple[str, str]], function: str = "replace") -> str:
    last = ", 'g'" if function == "regexp_replace" else ""
    for old, new in pairs:
        inner = f"{function}({inner}, '{old}', '{new}'{last})"
    return inner


LATIN = _chain(
    f"translate(strip_accents(lower(s)), '{ONE[0]}', '{ONE[1].replace(chr(39), chr(39) * 2)}')", list(SEVERAL.items())
)
NUMBERS = {"sr": 1, "senior": 1, "i": 1, "jr": 2, "junior": 2, "ii": 2, "2nd": 2, "iii": 3, "3rd": 3, "iv": 4}

# A code of how a name sounds in English, after the ideas of Metaphone (L. Philips, 1990): first vowel kept, others dropped.
SOUND = [
    ("^(kn|gn|pn)", "n"), ("^wr", "r"), ("^ps", "s"), ("^x", "s"), ("^wh", "w"), ("^mac", "mc"), ("^h", "H"), ("^w", "W"), ("sch", "sk"), ("ph", "f"),
    ("ght", "t"), ("tch", "x"), ("ch", "x"), ("sh", "x"), ("ck", "k"), ("sc([iey])", "s\\1"), ("c([iey])", "s\\1"),
    ("dg([iey])", "j\\1"), ("[cq]", "k"), ("th", "t"), ("v", "f"), ("z", "s"), ("^[aeiouy]+", "A"), ("gh", ""), ("[aeiouyhw]+", "_"),
    ("_", ""), ("b+", "b"), ("d+", "t"), ("t+", "t"), ("f+", "f"), ("g+", "k"), ("k+", "k"), ("l+", "l"), ("m+", "m"), ("n+", "n"),
    ("p+", "p"), ("r+", "r"), ("s+", "s"), ("x+", "x"),
]  # fmt: skip

MACROS = f"""
CREATE OR REPLACE MACRO latin(s) AS CASE WHEN regexp_matches(s, '[^\\x00-\\x7F]') THEN {LATIN} ELSE lower(s) END;
CREATE OR REPLACE MACRO words(s) AS trim(regexp_replace(regexp_replace(latin(s), '[''’`.]', '', 'g'), '[^a-z0-9]+', ' ', 'g'));
CREATE OR REPLACE MACRO without_title(s) AS nullif(trim(regexp_replace(regexp_replace(s, '^{TITLES} ', ''), ' {SUFFIXES}$', '')), '');
CREATE OR REPLACE MACRO suffix_in(s) AS MAP {NUMBERS}[regexp_extract(s, ' {SUFFIXES}$', 1)];
CREATE OR REPLACE MACRO suffix_number(s) AS MAP {NUMBERS}[regexp_replace(lower(s), '[^a-z0-9]', '', 'g')];
CREATE OR REPLACE MACRO sound(s) AS nullif({_chain("s", SOUND, "regexp_replace")}[:6], '');
CREATE OR REPLACE MACRO street_line(s) AS nullif(array_to_string(list_transform(string_split(words(s), ' '),
  lambda w: coalesce(MAP {STREETS}[w], w)), ' '), '');
CREATE OR REPLACE MACRO digits(s) AS regexp_replace(s, '[^0-9]', '', 'g');
CREATE OR REPLACE MACRO phone_of(s) AS CASE WHEN length(digits(s)) >= 7 AND length(list_distinct(string_split(digits(s), ''))) > 2
  THEN right(digits(s), 10) END;
CREATE OR REPLACE MACRO email_of(s) AS CASE WHEN s LIKE '%_@_%._%' AND NOT regexp_matches(lower(s), '^(none|no|noemail|unknown|test|na|declined)@')
  THEN lower(trim(s)) END;
CREATE OR REPLACE MACRO ssn_of(s) AS CASE
  WHEN length(list_distinct(string_split(digits(s), ''))) <= 1 OR digits(s) IN ('123456789', '987654321') THEN NULL
  WHEN length(digits(s)) = 9 AND regexp_matches(digits(s), '^(000|666|9|...00|.....0000)') THEN NULL
  WHEN length(digits(s)) > 4 THEN digits(s) END;
"""
