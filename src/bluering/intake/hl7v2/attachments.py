"""ED and RP: documents inside a message, and pointers to documents outside it, as FHIR Attachments and as bytes.

Source: HL7 v2.8 chapter 2A, ED (source, type, subtype, encoding, data) and RP (pointer, application, type, subtype);
types of table 0191, subtypes of 0291.
"""

import base64
import binascii
import re
from collections.abc import Iterable

from bluering.intake.hl7v2.message import Message, Repetition, Segment
from bluering.intake.hl7v2.parts import filled

TEXT_TYPES = frozenset(("TX", "FT", "ST"))
DOCUMENTS = frozenset(("ED", "RP"))
MEDIA = {
    "AP": "application",
    "AU": "audio",
    "FT": "text",
    "IM": "image",
    "TX": "text",
    "TEXT": "text",
    "MULTIPART": "multipart",
}
SUBTYPES = {"JPG": "jpeg", "TIF": "tiff", "RTF": "rtf", "HTM": "html", "PLAIN": "plain", "X-HL7-CDA-LEVEL-ONE": "xml"}
BY_SUBTYPE = {"PDF": "application/pdf", "RTF": "application/rtf", "HTML": "text/html", "XML": "text/xml"}
OCTETS = frozenset(("", "octet-stream"))
SIGNATURES = {
    b"%PDF": "application/pdf",
    b"{\\rtf": "application/rtf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"<?xml": "text/xml",
    b"<ClinicalDocument": "text/xml",
}
MIME = re.compile(r"[a-z]+/[a-z0-9.+-]+")
CDA = re.compile(rb"<(?:[A-Za-z][\w.-]{0,30}:)?ClinicalDocument[\s>]")
HEAD = 4_000


def attachment(obx: Segment) -> dict | None:
    """The Attachment of an OBX of type ED or RP; None for other types, and when it holds neither data nor a pointer."""
    rep = next(iter(obx.reps(5)), None)
    if rep is None or obx[2].upper() not in DOCUMENTS:
        return None
    title = obx.get(3, 2)
    if obx[2].upper() == "RP":
        made = filled({"contentType": media_type(rep.get(3), rep.get(4)), "url": rep.get(1), "title": title})
        return made if "url" in made else None
    data = data_of(rep)
    if not data:
        return None
    kind = media_type(rep.get(2), rep.get(3), data)
    return filled({"contentType": kind, "data": base64.b64encode(data).decode(), "title": title})


def media_type(kind: str, subtype: str, data: bytes = b"") -> str:
    """A MIME type of ED-2 and -3, else of the content's first bytes; '' when neither says."""
    if MIME.fullmatch(kind.lower()):
        return kind.lower()
    sub = SUBTYPES.get(subtype.upper(), subtype.lower()).replace(" ", "-")
    main = MEDIA.get(kind.upper(), kind.lower())
    signed = next((mime for start, mime in SIGNATURES.items() if data.lstrip()[:20].startswith(start)), "")
    if sub in OCTETS or main not in ("application", "audio", "image", "text", "video", "multipart"):
        return signed or BY_SUBTYPE.get(subtype.upper(), "")
    return f"{main}/{sub}"


def data_of(rep: Repetition) -> bytes:
    """The bytes of an ED: Base64, Hex, or text as it stands (encoding A, or none named)."""
    encoding, text = rep.get(4).upper(), rep.get(5)
    if not text and not rep.get(4) and not rep.get(3):
        encoding, text = "", rep.text
    if encoding == "HEX":
        return _unhex(text)
    if encoding == "BASE64" or (not encoding and len(text) > 40 and _plain(text).isascii()):
        return _unbase64(text) or (b"" if encoding else text.encode())
    return text.encode()


def _plain(text: str) -> str:
    return "".join(text.split())


def _unbase64(text: str) -> bytes:
    """Blanks and line ends do no harm; what is no Base64 gives nothing."""
    plain = _plain(text)
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(_plain(text))
    except ValueError:
        return b""


def text_attachment(text: str) -> dict:
    """Text as an Attachment; markup is recognised by how it begins."""
    data = text.encode("utf-8", "replace")
    start = text.lstrip()[:200].lower()
    kind = "text/html" if start.startswith(("<html", "<!doctype html")) else media_type("text", "plain")
    kind = next((mime for sign, mime in SIGNATURES.items() if data.lstrip().startswith(sign)), kind)
    return {"contentType": kind, "data": base64.b64encode(data).decode()}


def embedded_documents(message: Message) -> list[bytes]:
    """The C-CDA documents inside a message of any kind: in ED content, or written out as text over several OBX."""
    found = [
        data for obx in message.all("OBX") if obx[2].upper() == "ED" for rep in obx.reps(5) if (data := data_of(rep))
    ]
    text = "\n".join(written_lines(one for one in message.all("OBX") if one[2].upper() in TEXT_TYPES)).strip()
    return [data for data in [*found, text.encode("utf-8", "replace")] if CDA.search(data[:HEAD])]


def written_lines(segments: Iterable[Segment]) -> list[str]:
    """The text of OBX-5, a line for each repetition; an empty OBX is an empty line."""
    found: list[str] = []
    for obx in segments:
        found += [rep.text for rep in obx.reps(5)] or [""]
    return found
