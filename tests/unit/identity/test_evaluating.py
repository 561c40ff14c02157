"""Linking is measured on anybody's labelled file, whatever its columns are called and however it was written."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from bluering import cli
from bluering.errors import BadInput
from bluering.identity.evaluating import measure
from bluering.identity.evaluating.fields import fields_of
from bluering.identity.evaluating.patients import patients_of

HEADER = ["person_no", "First Name", "LAST_NAME", "d.o.b.", "Street", "Zip Code"]
ROWS = [
    ["1", "Rosalind", "Weatherby", "04/09/1961", "48 Larkspur Street", "60601"],
    ["1", "Rosalind", "Wetherby", "04/09/1961", "48 Larkspur St", "60601"],
    ["2", "Beatrice", "Weatherby", "04/09/1961", "48 Larkspur Street", "60601"],
    ["3", "José", "García", "12/30/1958", "7 Elm Road", "80014"],
    ["3", "Jose", "GARCIA", "12/30/1958", "7 Elm Rd.", "80014"],
    ["4", "Theodore", "Okafor", "11/23/1988", "NA", "80014"],
]


def written(
    folder: Path, rows: list[list[str]], *, parted: str = ",", encoding: str = "utf-8", name: str = "records.csv"
) -> Path:
    file = folder / name
    file.write_bytes("\r\n".join(parted.join(row) for row in rows).encode(encoding))
    return file


def right(found) -> bool:
    """Both persons of two records are found, and nobody else is joined."""
    return (found.true_pairs, found.auto["precision"], found.auto["recall"]) == (2, 1.0, 1.0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("parted", [",", ";", "\t", "|"])
def test_any_delimiter_and_encoding_is_read(tmp_path, encoding, parted):
    assert right(measure([written(tmp_path, [HEADER, *ROWS], parted=parted, encoding=encoding)], truth="person_no"))


def mapped(folder: Path, text: str) -> Path:
    file = folder / "map.yaml"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    "text",
    [
        "given: c2\nfamily: c3\nbirth_date: c4\naddress_line: c5\npostal_code: c6",
        "columns:\n  first_name: c2\n  last_name: c3\n  dob: c4\n  address: [c5]\n  zip: c6\n",
        "c2: given\nc3: surname\nc4: dob\nc5: street\nc6: zip",
        "given: c2\nfamily: c3\nbirth_date: {column: c4, format: '%m/%d/%Y'}\naddress_line: c5\npostal_code: c6",
    ],
    ids=["our names", "other names", "the other way round", "with a format"],
)
def test_a_map_says_what_columns_hold(tmp_path, text):
    file = written(tmp_path, [["c1", "c2", "c3", "c4", "c5", "c6"], *ROWS])
    assert right(measure([file], truth="c1", mapped=mapped(tmp_path, text)))


def test_a_column_that_no_file_has_is_said_and_left_out(tmp_path):
    file = written(tmp_path, [HEADER, *ROWS])
    found = measure(
        [file],
        truth="person_no",
        mapped=mapped(
            tmp_path,
            "given: First Name\nfamily: LAST_NAME\nbirth_date: d.o.b.\naddress_line: Street\nssn: social\nage: years",
        ),
    )
    assert right(found)
    assert found.notes == [
        "the map's column for ssn is in no file; ssn is not compared",
        "the map speaks of age, which is nothing that is compared",
    ]


def test_whole_names_and_parts_of_dates_are_read(tmp_path):
    rows = [
        ["who", "full name", "by", "bm", "bd"],
        ["a", "Rosalind Weatherby", "1961", "4", "9"],
        ["a", '"Weatherby, Rosalind"', "1961", "4", "9"],
    ]
    found = measure([written(tmp_path, rows)], truth="who")
    assert (found.true_pairs, found.auto["recall"]) == (1, 1.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("23/11/1988", "1988-11-23"),
        ("19881123", "23.11.88"),
        ("23 Nov 1988", "1988/11/23 00:00:00"),
        ("23111988", "23/11/1988"),
    ],
)
def test_dates_are_one_however_they_are_written(one, other):
    rows = pa.table(
        {"who": ["a", "b"], "name": ["Ann", "Bo"], "dob": [one, other], "file number": pa.array([0, 0], pa.int32())}
    )
    fields = fields_of(None, ["who", "name", "dob"], "who")
    assert set(patients_of(rows, fields, "who")["birth_date"].to_pylist()) == {"19881123"}


def test_blocks_that_were_too_large_are_said(tmp_path):
    crowd = [[str(n), "Ann", "Lee", "", f"{n} Elm{n} Road", f"{n:05}"] for n in range(30)]
    found = measure([written(tmp_path, [HEADER, *crowd])], truth="person_no")
    assert found.notes == ["blocks that tell nobody apart and were not compared: 1, of up to 30 records"]


def test_ids_of_the_generator_of_febrl_name_the_person(tmp_path):
    rows = [
        ["rec_id", *HEADER[1:]],
        *[[f"rec-{row[0]}-{'org' if n in (0, 2, 3, 5) else 'dup-0'}", *row[1:]] for n, row in enumerate(ROWS)],
    ]
    assert right(measure([written(tmp_path, rows)], truth="rec_id"))


def test_a_pattern_cuts_the_person_out_of_a_column(tmp_path):
    rows = [HEADER, *[[f"P{row[0]}/{n}", *row[1:]] for n, row in enumerate(ROWS)]]
    given = mapped(tmp_path, 'truth_pattern: "P([0-9]+)/"\ntruth: person_no')
    assert right(measure([written(tmp_path, rows)], mapped=given))


def test_several_files_may_hold_each_person_once(tmp_path):
    one = written(tmp_path, [HEADER, ROWS[0], ROWS[2], ROWS[3]], name="a.csv")
    other = written(tmp_path, [HEADER[:5], *[row[:5] for row in (ROWS[1], ROWS[4], ROWS[5])]], name="b.csv")
    assert right(measure([one, other], truth="person_no", across=True))


@pytest.mark.parametrize(
    ("rows", "truth", "says"),
    [
        ([HEADER, *ROWS], "nobody", "should say who is who"),
        ([HEADER, *ROWS], "", "--truth COLUMN"),
        ([HEADER], "person_no", "holds no records"),
        ([["no columns here"], ["x"]], "person_no", "line 1"),
        ([["who", "colour"], ["1", "red"]], "who", "No column with names"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_sentence(tmp_path, rows, truth, says):
    with pytest.raises(BadInput, match=says):
        measure([written(tmp_path, rows)], truth=truth)


def test_the_verb_answers_as_json(tmp_path, capsys):
    file = written(tmp_path, [HEADER, *ROWS])
    args = cli._parser().parse_args(["identity", "evaluate", str(file), "--truth", "person_no", "--json"])
    assert args.verb.run(args) == 0
    told = json.loads(capsys.readouterr().out)
    first = ["records", "true_pairs", "auto", "with_review", "review_pairs", "seconds"]
    assert list(told) == [*first, "decided", "model", "compared", "notes"]
    assert told["auto"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
