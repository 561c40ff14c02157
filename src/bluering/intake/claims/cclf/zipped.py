"""A delivery as CMS sends it: a zip file with the files of the feed in it."""

import zipfile
import zlib
from pathlib import Path

from bluering.intake.claims.cclf.recognise import number_of

HEAD_BYTES = 4_096
MOST_MEMBERS = 200
Member = tuple[zipfile.ZipInfo, str | None]


def members_in(path: Path) -> list[Member]:
    """The files of a zip file with their numbers in the feed; none when it holds nothing of the feed, or cannot be opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [one for one in archive.infolist() if not one.is_dir()][:MOST_MEMBERS]
            found = [(one, _number(archive, one)) for one in inside]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error):
        return []
    return found if any(number for _, number in found) else []


def _number(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str | None:
    with archive.open(member) as stream:
        return number_of(stream.read(HEAD_BYTES), member.filename)
