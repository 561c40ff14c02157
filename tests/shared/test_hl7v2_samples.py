"""Every HL7 v2 message that others made is found, read and folded, or there is a sentence that says why not."""

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bluering.intake.hl7v2.fold import fold
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.sender import Sender
from bluering.intake.hl7v2.split import looks_like, split
from bluering.intake.hl7v2.threads import threads_of, why_not

SHARED = Path(os.environ.get("BLUERING_SHARED") or Path(__file__).resolve().parents[3] / "shared")
FOLDERS = [SHARED / "data/fhir-converter/hl7v2/input", SHARED / "data/hl7v2-linuxforhealth"]
FILES = [path for folder in FOLDERS for path in sorted(folder.glob("*.hl7"))]
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES, reason=f"the messages are not in {FOLDERS[0]}"),
]
SENDER = Sender("samples", ZoneInfo("America/Chicago"))


def messages(path: Path) -> list[Message]:
    return [Message.parse(piece.raw) for piece in split(path.read_bytes())]


def test_there_are_as_many_messages_as_lines_that_begin_with_msh():
    assert len(FILES) > 70
    for path in FILES:
        data = path.read_bytes()
        assert looks_like(data[:500])
        lines = re.split(r"[\r\n]+", data.decode("utf-8-sig"))
        assert len(messages(path)) == sum(line.startswith("MSH") for line in lines) > 0, path.name


def test_all_lines_become_segments():
    for path in FILES:
        lines = [line for line in re.split(r"[\r\n]+", path.read_text("utf-8-sig")) if re.match(r"[A-Z]\w\w\|", line)]
        assert sum(len(one.segments) for one in messages(path)) == len(lines), path.name


def test_all_files_joined_to_one_give_the_same_messages():
    joined = b"\r\n".join(path.read_bytes() for path in FILES)
    assert len(split(joined)) == sum(len(messages(path)) for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_is_folded_or_it_is_said_why_not(path):
    for message in messages(path):
        threads = threads_of(message, SENDER)
        assert threads or why_not(message, SENDER)
        readings = [fold(thread, [message], SENDER) for thread in threads]
        assert not threads or any(told.resources for told in readings)
        made = [one for told in readings for one in told.resources]
        assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", one["id"]) for one in made)
