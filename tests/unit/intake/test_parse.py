"""Files are told apart by content, and every broken line has its place and a reason."""

import gzip
import json

from bluering.intake.fhir.parse import read_lines

LINE = json.dumps({"resourceType": "Patient", "id": "p1"})


def read(path):
    rows, rejected = [], []
    for lines in read_lines(path):
        rows += list(zip(lines.table["place"].to_pylist(), lines.table["raw"].to_pylist(), strict=True))
        rejected += [(place, reason) for place, reason, _ in lines.rejected]
    return rows, rejected


def test_lines_keep_their_numbers(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text(f"{LINE}\n\n{LINE}\n")
    rows, rejected = read(path)
    assert [place for place, raw in rows if raw.strip()] == [1, 3] and not rejected


def test_last_line_without_a_newline_counts(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text(f"{LINE}\n{LINE}")
    assert len(read(path)[0]) == 2


def test_gzip_is_known_by_content(tmp_path):
    path = tmp_path / "no-extension"
    path.write_bytes(gzip.compress(f"{LINE}\n".encode()))
    assert read(path)[0] == [(1, LINE + "\n")]


def test_truncated_gzip_gives_what_was_readable(tmp_path):
    path = tmp_path / "x.ndjson.gz"
    many = "\n".join(json.dumps({"resourceType": "Patient", "id": f"p{n}-{n * 7919 % 10007}"}) for n in range(5000))
    packed = gzip.compress(many.encode())
    path.write_bytes(packed[: len(packed) // 2])
    rows, rejected = read(path)
    assert len(rows) > 100 and "breaks off" in rejected[0][1] and rejected[0][0] == len(rows) + 1


def test_line_that_is_not_utf8_is_rejected_and_the_others_stay(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_bytes(LINE.encode() + b'\n{"resourceType":"Patient","id":"\xff"}\n' + LINE.encode() + b"\n")
    rows, rejected = read(path)
    assert [place for place, raw in rows if raw.strip()] == [1, 3]
    assert rejected == [(2, "not UTF-8; save the file as UTF-8 and load it again")]


def test_broken_first_line_does_not_hide_the_rest(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text('{"resourceType":"Patient","id":\n' + f"{LINE}\n{LINE}\n")
    assert len([1 for _, raw in read(path)[0] if raw.strip()]) == 3


def test_pretty_printed_resource_is_one(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(json.loads(LINE), indent=2))
    rows, _ = read(path)
    assert len(rows) == 1 and json.loads(rows[0][1])["id"] == "p1"


def test_byte_order_mark_is_no_part_of_the_text(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + LINE.encode() + b"\n")
    assert json.loads(read(path)[0][0][1])["id"] == "p1"


def test_other_files_are_named_for_what_they_are_not(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("name,born\nA,1950\n")
    assert "neither FHIR JSON" in read(path)[1][0][1]


def test_empty_file_says_so(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text("")
    assert read(path)[1][0][1] == "the file is empty"
