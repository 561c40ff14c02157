"""What is compared between two records, and how well it may agree; the same SQL for many pairs and for one.

A condition speaks of the records `l` and `r` with the columns of `features.py`. The first one that holds is the level; where `known` does not
hold nothing is said for or against. The words are what a reader sees: they say how something agrees, never what it is.
"""

import re
from dataclasses import dataclass

SWAPPED = "(l.given = r.family AND l.family = r.given)"


@dataclass(frozen=True)
class Level:
    """One degree of agreement. `condition` is SQL, or ELSE for the last one."""

    name: str
    condition: str
    words: str


@dataclass(frozen=True)
class Comparison:
    """A part of two records that is compared. `share`: the column with how common the value of `counted` is, for the level `same`."""

    name: str
    known: str
    levels: tuple[Level, ...]
    share: str = ""
    counted: str = ""


def _both(column: str) -> str:
    return f"l.{column} IS NOT NULL AND r.{column} IS NOT NULL"


COMPARISONS = (
    Comparison(
        "given",
        f"({_both('given')})",
        (
            Level(
                "same",
                "l.given = r.given OR (l.given_first = r.given_first AND length(l.given_first) > 1)",
                "same given name",
            ),
            Level("swapped", SWAPPED, "given and family name the other way round"),
            Level(
                "short",
                "l.given_root = r.given_root "
                "OR (least(length(l.given), length(r.given)) = 1 AND l.given[1] = r.given[1])",
                "given name in another form (nickname or initial)",
            ),
            Level(
                "close",
                "jaro_winkler_similarity(l.given, r.given) >= 0.88 OR (length(l.given) >= 4 AND damerau_levenshtein(l.given, r.given) <= 1)",
                "given name spelled almost alike",
            ),
            Level("somewhat", "jaro_winkler_similarity(l.given, r.given) >= 0.75", "given name somewhat alike"),
            Level("different", "ELSE", "another given name"),
        ),
        "given_share",
        "given_first",
    ),
    Comparison(
        "family",
        f"({_both('family')} AND NOT {SWAPPED.replace('l.given = r.family', 'coalesce(l.given = r.family, false)').replace('l.family = r.given', 'coalesce(l.family = r.given, false)')})",
        (
            Level("same", "l.family = r.family", "same family name"),
            Level(
                "part", "list_has_any(l.families, r.families)", "a family name in common (previous or part of a double)"
            ),
            Level(
                "close",
                "jaro_winkler_similarity(l.family, r.family) >= 0.9 OR (length(l.family) >= 4 AND damerau_levenshtein(l.family, r.family) <= 1)",
                "family name spelled almost alike",
            ),
            Level(
                "somewhat",
                "l.family_code = r.family_code OR jaro_winkler_similarity(l.family, r.family) >= 0.78",
                "family name sounds alike",
            ),
            Level("different", "ELSE", "another family name"),
        ),
        "family_share",
        "family",
    ),
    Comparison(
        "middle",
        f"({_both('middle')})",
        (
            Level("same", "l.middle = r.middle", "same middle name"),
            Level("initial", "l.middle[1] = r.middle[1]", "same middle initial"),
            Level("different", "ELSE", "another middle name"),
        ),
    ),
    Comparison(
        "suffix",
        "(l.suffix IS NOT NULL OR r.suffix IS NOT NULL)",
        (
            Level("same", "l.suffix = r.suffix", "same suffix"),
            Level("different", "l.suffix != r.suffix", "another suffix (Jr., Sr., III)"),
            Level("one", "ELSE", "a suffix (Jr., Sr., III) on one side only"),
        ),
    ),
    Comparison(
        "birth",
        f"({_both('birth')})",
        (
            Level("same", "l.birth = r.birth", "same date of birth"),
            Level(
                "swapped",
                "l.birth[:4] = r.birth[:4] AND l.birth[5:6] = r.birth[7:8] AND l.birth[7:8] = r.birth[5:6]",
                "day and month of birth the other way round",
            ),
            Level(
                "one",
                "hamming(l.birth, r.birth) <= 2 AND damerau_levenshtein(l.birth, r.birth) <= 1",
                "date of birth differs in one digit",
            ),
            Level(
                "part",
                "(l.birth[:4] = r.birth[:4])::INT + (l.birth[5:6] = r.birth[5:6])::INT + (l.birth[7:8] = r.birth[7:8])::INT >= 2",
                "date of birth differs in day, month or year",
            ),
            Level("different", "ELSE", "another date of birth"),
        ),
    ),
    Comparison(
        "sex",
        f"({_both('sex')})",
        (Level("same", "l.sex = r.sex", "same sex"), Level("different", "ELSE", "another sex")),
    ),
    Comparison(
        "street",
        f"({_both('street')})",
        (
            Level("same", "list_has_any(l.streets, r.streets)", "same street address, now or before"),
            Level(
                "most",
                "jaro_winkler_similarity(l.street, r.street) >= 0.93 OR 2 * length(list_intersect(l.street_words, r.street_words)) "
                ">= greatest(2, least(length(l.street_words), length(r.street_words)))",
                "street address almost the same",
            ),
            Level("some", "list_has_any(l.street_words, r.street_words)", "part of the street address in common"),
            Level("different", "ELSE", "another street address"),
        ),
    ),
    Comparison(
        "place",
        "((l.postal IS NOT NULL AND r.postal IS NOT NULL) OR (l.city IS NOT NULL AND r.city IS NOT NULL))",
        (
            Level("same", "list_has_any(l.postals, r.postals) AND l.city = r.city", "same ZIP and city"),
            Level("either", "list_has_any(l.postals, r.postals) OR l.city = r.city", "same ZIP or city"),
            Level(
                "close",
                "damerau_levenshtein(l.postal, r.postal) <= 1 OR jaro_winkler_similarity(l.city, r.city) >= 0.9",
                "ZIP or city almost the same",
            ),
            Level("different", "ELSE", "another place"),
        ),
    ),
    Comparison(
        "contact",
        "(length(l.contacts) > 0 AND length(r.contacts) > 0)",
        (
            Level("shared", "list_has_any(l.contacts, r.contacts)", "a phone or e-mail in common"),
            Level("different", "ELSE", "no phone or e-mail in common"),
        ),
    ),
    Comparison(
        "ssn",
        f"({_both('ssn4')})",
        (
            Level("same", "l.ssn = r.ssn", "same Social Security number"),
            Level("one", "damerau_levenshtein(l.ssn, r.ssn) <= 1", "Social Security number differs in one digit"),
            Level(
                "last4",
                "l.ssn4 = r.ssn4 AND (l.ssn IS NULL OR r.ssn IS NULL)",
                "same last four of the Social Security number",
            ),
            Level("different", "ELSE", "another Social Security number"),
        ),
    ),
    Comparison(
        "identifier",
        "list_has_any(l.identifiers, r.identifiers)",
        (
            Level("shared", "list_has_any(l.identifiers, r.identifiers)", "an identifier in common"),
            Level("different", "ELSE", "no identifier in common"),
        ),
    ),
)
BY_NAME = {comparison.name: comparison for comparison in COMPARISONS}


def level_sql(comparison: Comparison) -> str:
    """SQL for the level of a pair: 0 for the closest, rising; NULL where nothing is known."""
    whens = " ".join(
        f"WHEN {level.condition} THEN {number}"
        for number, level in enumerate(comparison.levels)
        if level.condition != "ELSE"
    )
    return f"CASE WHEN NOT coalesce({comparison.known}, false) THEN NULL {whens} ELSE {len(comparison.levels) - 1} END"


def for_splink(comparison: Comparison) -> dict:
    """The same comparison as Splink's settings write it, where columns end with the side's letter."""

    def sides(sql: str) -> str:
        return re.sub(r"\b([lr])\.(\w+)", r"\2_\1", sql)

    null = {
        "sql_condition": f"NOT coalesce({sides(comparison.known)}, false)",
        "is_null_level": True,
        "label_for_charts": "null",
    }
    levels = [{"sql_condition": sides(level.condition), "label_for_charts": level.name} for level in comparison.levels]
    return {"output_column_name": comparison.name, "comparison_levels": [null, *levels]}
