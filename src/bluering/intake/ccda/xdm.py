"""Documents inside other things: an XDM or any other zip file, a FHIR DocumentReference."""

import base64
import binascii
import io
import zipfile
import zlib
from typing import Any

from bluering.intake.ccda.parse import MAX_BYTES, BadDocument, looks_like

MAX_MEMBERS = 2_000
MAX_TOTAL = 4 * MAX_BYTES
MAX_DEFLATED_RATIO = 200
"""Text deflates to a twentieth at best; what is more than ten times denser is meant to harm."""

HEAD = 65_536


def documents_in(data: bytes) -> list[tuple[str, bytes]]:
    """The C-CDA documents of a zip file, as (path inside it, bytes), in its order.

    An XDM zip's METADATA.XML and other members are passed over: every document tells in its own header whose it is.
    Raises BadDocument when it is no zip, is broken or encrypted, or unpacks to more than we take.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _documents(archive)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as problem:
        raise BadDocument(
            "the zip file", "it is broken, or packed in a way we do not read; zip the files again"
        ) from problem
    except RuntimeError as problem:
        raise BadDocument("the zip file", "it is encrypted; ask for it without a password") from problem


def _documents(archive: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    members = [one for one in archive.infolist() if not one.is_dir()]
    if len(members) > MAX_MEMBERS:
        raise BadDocument("the zip file", f"it has more than {MAX_MEMBERS:,} files")
    found: list[tuple[str, bytes]] = []
    total = 0
    for number, member in enumerate(members, 1):
        document = _document(archive, member, f"the zip file, file {number}")
        total += len(document or b"")
        if total > MAX_TOTAL:
            raise BadDocument("the zip file", f"its documents are more than {MAX_TOTAL >> 20} MB; send fewer at once")
        if document is not None:
            found.append((member.filename, document))
    return found


def _document(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str) -> bytes | None:
    """A member's bytes where it begins like a document; read no further than the limit, whatever its size claims to be."""
    with archive.open(member) as stream:
        head = stream.read(HEAD)
        if not looks_like(head):
            return None
        limit = min(MAX_BYTES, max(HEAD, member.compress_size * MAX_DEFLATED_RATIO)) - len(head)
        rest = stream.read(limit + 1)
    if len(rest) > limit:
        raise BadDocument(place, "it unpacks to far more than a document is")
    return head + rest


def from_document_reference(resource: dict[str, Any]) -> list[bytes]:
    """The C-CDA documents inside a FHIR DocumentReference; attachments of other kinds and links are passed over.

    Raises BadDocument when an attachment that says it is XML is not Base64.
    """
    found = []
    for number, content in enumerate(resource.get("content") or [], 1):
        attachment = content.get("attachment") if isinstance(content, dict) else None
        data = _attached(attachment, f"content {number}") if isinstance(attachment, dict) else b""
        if looks_like(data[:HEAD]):
            found.append(data)
    return found


def _attached(attachment: dict[str, Any], place: str) -> bytes:
    encoded = attachment.get("data")
    if not isinstance(encoded, str) or len(encoded) > 2 * MAX_BYTES:
        return b""
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        if "xml" in str(attachment.get("contentType", "")):
            raise BadDocument(place, "its data is not Base64; ask for the document again") from None
        return b""
