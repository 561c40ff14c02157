"""One new arrival finds the same candidates, with the same probabilities, as linking everybody in bulk."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from bluering.identity.matching import Candidates, blocks, default_model, features_of, index, score_all

FAMILIES = ["Weatherby", "O'Neil", "García López", "Nguyen", "Петров", "Smith"]
GIVENS = ["Mary Ann", "Maryann", "William", "José", "Zofia", "Baby Girl"]


def person(n: int) -> dict:
    """One of some made-up people; three sources know most of them."""
    family, given = FAMILIES[n % 6], GIVENS[n // 6 % 6]
    return {
        "subject_key": f"ehr/{n}", "source": "ehr", "family": family, "given": given, "suffix": "Jr." if n % 11 == 0 else None,
        "birth_date": f"19{40 + n % 7}-0{1 + n % 9}-1{n % 8}", "gender": "female" if n % 2 else "male", "phone": f"312-555-01{n % 20:02}",
        "email": f"p{n % 25}@example.org" if n % 3 else "none@none.org", "address_line": f"{n % 9} Larkspur Street", "city": "Maple",
        "postal_code": f"6060{n % 4}", "ssn": f"219-09-{1000 + n}" if n % 4 else None, "identifiers": [f"urn:plan|{7000 + n // 2}"],
        "families": [family, "Stone"] if n % 5 == 0 else None,
    }  # fmt: skip


def told_elsewhere(n: int) -> list[dict]:
    one = person(n)
    return [
        {
            **one,
            "subject_key": f"plan/{n}",
            "source": "plan",
            "given": ["Bill", "Maryann", "Mary"][n % 3],
            "birth_date": None,
            "identifiers": None,
        },
        {
            **one,
            "subject_key": f"lab/{n}",
            "source": "lab",
            "family": one["given"],
            "given": one["family"],
            "ssn": None,
        },
    ]


PEOPLE = [record for n in range(45) for record in (person(n), *told_elsewhere(n))]
SHARES = {
    ("given", "mary"): 0.2,
    ("given", "maryann"): 0.05,
    ("given", "jose"): 0.1,
    ("family", "smith"): 0.1,
    ("family", "nguyen"): 0.02,
}
MODEL = replace(
    default_model(len(PEOPLE)),
    shares=pa.Table.from_pylist(
        [{"kind": kind, "value": value, "share": share} for (kind, value), share in SHARES.items()]
    ),
)


def table(records: list[dict]) -> pa.Table:
    """Records with every column, as the record tells patients."""
    texts = [name for name in PEOPLE[0] if name not in ("identifiers", "families")]
    shape = pa.schema(
        [
            *((name, pa.string()) for name in texts),
            ("identifiers", pa.list_(pa.string())),
            ("families", pa.list_(pa.string())),
        ]
    )
    return pa.Table.from_pylist(records, schema=shape)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """An index of everybody."""
    file = tmp_path / "blocks.sqlite"
    index.make_anew(features_of(table(PEOPLE)), file)
    return file


def said(scored: pa.Table) -> dict[tuple[str, ...], tuple]:
    """By pair in either order: its probability and evidence."""
    return {
        tuple(sorted((row["left_key"], row["right_key"]))): (round(row["probability"], 9), row["evidence"])
        for row in scored.to_pylist()
    }


def test_one_by_one_is_as_all_at_once(kept):
    at_once = said(score_all(features_of(table(PEOPLE)), MODEL))
    finder = Candidates(MODEL, kept)
    singly: dict = {}
    for record in PEOPLE:
        singly |= said(finder.of([record]))
    assert len(at_once) > 100
    assert singly == at_once


def test_what_is_kept_one_by_one_is_as_kept_all_at_once(kept, tmp_path):
    few = tmp_path / "few.sqlite"
    index.keep_few(PEOPLE, few)
    assert said(Candidates(MODEL, few).of(PEOPLE[:20])) == said(Candidates(MODEL, kept).of(PEOPLE[:20]))
    assert index.current(few)


def test_a_new_record_is_found_after_it_was_kept(kept):
    newcomer = {**person(3), "subject_key": "clinic/1", "source": "clinic"}
    finder = Candidates(MODEL, kept)
    before = {row["right_key"] for row in finder.of([{**newcomer, "subject_key": "x/1"}]).to_pylist()}
    index.keep(features_of(table([newcomer])), kept)
    after = {row["right_key"] for row in finder.of([{**newcomer, "subject_key": "x/1"}]).to_pylist()}
    assert after - before == {"clinic/1"}


def test_what_is_kept_again_takes_the_place_of_what_was(kept):
    moved = {**person(3), "family": "Quintero", "given": "Marisol", "ssn": None, "phone": None, "email": None, "identifiers": None,
             "birth_date": "1999-12-31", "address_line": None, "families": None}  # fmt: skip
    index.keep(features_of(table([moved])), kept)
    finder = Candidates(MODEL, kept)
    assert "ehr/3" not in {row["right_key"] for row in finder.of([{**person(3), "subject_key": "x/1"}]).to_pylist()}
    assert [row["right_key"] for row in finder.of([{**moved, "subject_key": "x/2"}]).to_pylist()] == ["ehr/3"]


def test_who_is_forgotten_is_nobodys_candidate(kept):
    finder = Candidates(MODEL, kept)
    index.forget(["ehr/3", "plan/3", "lab/3"], kept)
    found = {row["right_key"] for row in finder.of([{**person(3), "subject_key": "x/1"}]).to_pylist()}
    assert not found & {"ehr/3", "plan/3", "lab/3"}


def test_an_index_made_anew_is_the_one_that_is_read(kept):
    finder = Candidates(MODEL, kept)
    index.make_anew(features_of(table([person(1)])), kept)
    assert {row["right_key"] for row in finder.of([{**person(1), "subject_key": "x/1"}]).to_pylist()} == {"ehr/1"}


def test_an_index_of_another_program_is_not_current(kept, monkeypatch):
    assert index.current(kept)
    monkeypatch.setattr(index, "MADE_BY", "another")
    assert not index.current(kept)


def test_a_block_of_very_many_tells_nobody_apart(tmp_path):
    crowd = [{"subject_key": f"ehr/{n}", "source": "ehr", "phone": "312-555-0199"} for n in range(blocks.MOST)]
    file = tmp_path / "blocks.sqlite"
    index.make_anew(features_of(table(crowd)), file)
    assert len(Candidates(MODEL, file).of([{"subject_key": "x/1", "phone": "3125550199"}])) == 0
