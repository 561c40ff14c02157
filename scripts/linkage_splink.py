"""Splink on FEBRL with the settings of its own documentation (docs/demos/examples/duckdb/febrl3 and febrl4, Splink 5)."""

import logging

import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

DEDUPE = [block_on(column) for column in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")]
LINK = [
    block_on("given_name", "surname"),
    "l.given_name = r.surname and l.surname = r.given_name",
    block_on("date_of_birth"),
    block_on("soc_sec_id"),
    block_on("state", "address_1"),
    block_on("street_number", "address_1"),
    block_on("postcode"),
]
SURE = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
SWAPPED = "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"


def scored(tables: list[pa.Table]) -> list[tuple[str, str, float]]:
    """Pairs of rec_id with their probability, as the page for one file, or the page for two files, does it."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(duckdb.connect())
    told = [api.register(table) for table in tables]
    linker = Linker(told if len(told) > 1 else told[0], _settings(len(tables)), log_level=logging.ERROR)
    training = linker.training
    if len(tables) > 1:
        training.estimate_probability_two_random_records_match(SURE, recall=0.8)
    else:
        training.estimate_probability_two_random_records_match([*SURE, SWAPPED], recall=0.9)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=2)
    plain = {"estimate_without_term_frequencies": True} if len(tables) > 1 else {}
    for column in ("date_of_birth", "postcode"):
        training.estimate_parameters_using_expectation_maximisation(block_on(column), **plain)
    found = linker.inference.predict(threshold_match_probability=0.001).as_duckdbpyrelation()
    return found.select("rec_id_l, rec_id_r, match_probability").fetchall()


def _settings(files: int) -> SettingsCreator:
    if files == 1:
        compared = [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ]
    else:
        born = cl.DateOfBirthComparison(
            "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
        )
        compared = [
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            born,
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ]
    return SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only" if files > 1 else "dedupe_only",
        blocking_rules_to_generate_predictions=LINK if files > 1 else DEDUPE,
        comparisons=compared,
    )
