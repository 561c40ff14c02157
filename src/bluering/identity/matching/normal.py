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
NO_MAIL = ["none", "no", "noemail", "nomail", "unknown", "test", "na", "declined", "refused"]
SUFFIXES = "(jr|sr|junior|senior|ii|iii|iv|2nd|3rd)"


def _chain(inner: str, pairs: list[tuple[str, str]]) -> str:
    for old, new in pairs:
        inner = f"replace({inner}, '{old}', '{new}')"
    return inner


LATIN = _chain(
    f"translate(strip_accents(lower(s)), '{ONE[0]}', '{ONE[1].replace(chr(39), chr(39) * 2)}')", list(SEVERAL.items())
)
NUMBERS = {"sr": 1, "senior": 1, "i": 1, "jr": 2, "junior": 2, "ii": 2, "2nd": 2, "iii": 3, "3rd": 3, "iv": 4}

# A code of how a name sounds in English, after the ideas of Metaphone (L. Philips, 1990): a first vowel is kept, others are dropped.
# Plain replacements, `^` being the beginning: regular expressions would have to be compiled for every single arrival.
SOUND = [
    *((f"^{old}", f"^{new}") for old, new in {"kn": "n", "gn": "n", "pn": "n", "wr": "r", "ps": "s", "x": "s", "wh": "w", "mac": "mc"}.items()),
    *((f"^{vowel}", "^A") for vowel in "aeiouy"),
    ("^h", "^H"), ("^w", "^W"), ("sch", "sk"), ("ph", "f"), ("ght", "t"), ("tch", "x"), ("ch", "x"), ("sh", "x"), ("ck", "k"),
    *((f"{c}{vowel}", f"{new}{vowel}") for c, new in (("sc", "s"), ("c", "s"), ("dg", "j")) for vowel in "iey"),
    ("th", "t"), ("gh", ""),
]  # fmt: skip
ALIKE = ("cqvzdgaeiouyhw^", "kkfstk")
DOUBLES = [(letter * 2, letter) for letter in "bfklmnprstx"]
STARTED = _chain("('^' || s)", SOUND)
HEARD = _chain(f"translate({STARTED}, '{ALIKE[0]}', '{ALIKE[1]}')", DOUBLES)


MACROS = f"""
CREATE OR REPLACE MACRO latin(s) AS CASE WHEN regexp_matches(s, '[^\\x00-\\x7F]') THEN {LATIN} ELSE lower(s) END;
CREATE OR REPLACE MACRO words(s) AS trim(regexp_replace(regexp_replace(latin(s), '[''’`.]', '', 'g'), '[^a-z0-9]+', ' ', 'g'));
CREATE OR REPLACE MACRO without_title(s) AS nullif(trim(regexp_replace(regexp_replace(s, '^{TITLES} ', ''), ' {SUFFIXES}$', '')), '');
CREATE OR REPLACE MACRO suffix_in(s) AS MAP {NUMBERS}[regexp_extract(s, ' {SUFFIXES}$', 1)];
CREATE OR REPLACE MACRO suffix_number(s) AS MAP {NUMBERS}[regexp_replace(lower(s), '[^a-z0-9]', '', 'g')];
CREATE OR REPLACE MACRO sound(s) AS nullif({HEARD}[:6], '');
CREATE OR REPLACE MACRO street_line(s) AS nullif(array_to_string(list_transform(string_split(words(s), ' '),
  lambda w: coalesce(MAP {STREETS}[w], w)), ' '), '');
CREATE OR REPLACE MACRO digits(s) AS regexp_replace(s, '[^0-9]', '', 'g');
CREATE OR REPLACE MACRO says_nothing(digits) AS length(translate(digits, digits[1] || right(digits, 1), '')) = 0;
CREATE OR REPLACE MACRO email_of(s) AS CASE WHEN s LIKE '%_@_%._%' AND NOT list_contains({NO_MAIL}, split_part(lower(trim(s)), '@', 1))
  THEN lower(trim(s)) END;
CREATE OR REPLACE MACRO issued(digits) AS NOT says_nothing(digits) AND digits NOT IN ('123456789', '987654321') AND (length(digits) != 9 OR
  (left(digits, 3) NOT IN ('000', '666') AND digits[1] != '9' AND digits[4:5] != '00' AND right(digits, 4) != '0000'));
"""
