"""Bytes to an element tree, safely: no document type, no entities, no network, and limits on size, markup and depth."""

import codecs
import re

from lxml import etree

from bluering.intake.ccda.tree import SDTC, V3, XSI, Element
from bluering.intake.reading import Trouble

MAX_BYTES = 32 * 1024 * 1024
MAX_MARKUP = 600_000
"""Tags and attributes together: each costs some hundred bytes of memory."""

ENCODINGS = re.compile(r"(utf-?8|utf-?16(-?[lb]e)?|utf-?32(-?[lb]e)?|(us-)?ascii|iso-?8859-?\d+|(windows-?|cp)125\d)")
DECLARED = re.compile(r"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.\-]{1,40})["']""")
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"))
MARKS_16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SHAPES = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
ROOT = re.compile(r"<(?:([\w.\-]{1,40}):)?ClinicalDocument[\s>]")
NOISE = re.compile(r"\s*(<!--.*?-->\s*|<\?.*?\?>\s*)*", re.DOTALL)
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class BadDocument(Exception):
    """Nothing of a document can be read: where, and why, without quoting it."""

    def __init__(self, place: str, reason: str):
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


def looks_like(head: bytes) -> bool:
    """Whether a file that begins so is a CDA document, in whatever encoding and with whatever prefix."""
    try:
        text = _strip(_decode(head[:65_536], strict=False)[0])
    except BadDocument:
        return False
    root = ROOT.match(text, _noise_ends(text))
    if root is None:
        return False
    declared = "xmlns:" + root[1] if root[1] else "xmlns"
    tag = text[root.start() : (text.find(">", root.end() - 1) + 1) or None]
    return re.search(rf"""\s{re.escape(declared)}\s*=\s*["']{V3}["']""", tag) is not None


def _noise_ends(text: str) -> int:
    """Where blanks, comments and processing instructions before the root end."""
    noise = NOISE.match(text)
    return noise.end() if noise else 0


def parse_document(data: bytes) -> tuple[Element, list[Trouble]]:
    """The root of a ClinicalDocument, and what had to be forgiven. Raises BadDocument."""
    text, troubles = _text(data)
    root = _tree(text, troubles)
    if root.tag != f"{{{V3}}}ClinicalDocument":
        raise BadDocument("the root element", "this is XML but not a CDA document (ClinicalDocument in urn:hl7-org:v3)")
    return root, troubles


def parse_fragment(data: bytes) -> tuple[list[Element], list[Trouble]]:
    """The elements of a piece of a document (a section, an entry, a statement), though it declares no namespaces."""
    text, troubles = _text(data)
    wrapped = f'<fragment xmlns="{V3}" xmlns:sdtc="{SDTC}" xmlns:xsi="{XSI}">{text}</fragment>'
    inner = [child for child in _tree(wrapped, troubles) if isinstance(child.tag, str)]
    if not inner:
        raise BadDocument("the root element", "there is no element in it")
    return inner, troubles


def _text(data: bytes) -> tuple[str, list[Trouble]]:
    """The characters, without an XML declaration; refuses what is too big and what declares a document type."""
    if len(data) > MAX_BYTES:
        raise BadDocument("the file", f"it is larger than {MAX_BYTES >> 20} MB; ask for a smaller extract")
    decoded, troubles = _decode(data, strict=True)
    text = _strip(decoded)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadDocument("the file", "it declares a document type or entities, which CDA does not need and we refuse")
    if text.count("<") + text.count("=") > MAX_MARKUP:
        raise BadDocument("the file", f"it has more than {MAX_MARKUP:,} tags and attributes; ask for a smaller extract")
    if NOT_XML.search(text):
        troubles.append(Trouble("the file", "control characters that XML forbids were left out"))
        text = NOT_XML.sub("", text)
    return text, troubles


def _strip(text: str) -> str:
    """Without byte order mark and XML declaration, whose encoding is done with."""
    return DECLARATION.sub("", text.removeprefix("\ufeff"), count=1)


def _decode(data: bytes, *, strict: bool) -> tuple[str, list[Trouble]]:
    encoding = _encoding(data)
    try:
        return data.decode(encoding, "strict" if strict else "ignore"), []
    except (UnicodeDecodeError, LookupError):
        told = [Trouble("the file", f"some bytes are not {encoding}, as it claims; they were read as windows-1252")]
        return data.decode("cp1252", "replace"), told


def _encoding(data: bytes) -> str:
    for mark, encoding in MARKS + MARKS_16 + SHAPES:
        if data.startswith(mark):
            return encoding
    declared = DECLARED.match(data[:400].decode("latin-1"))
    if declared is None:
        return "utf-8"
    name = declared[1].lower().replace("_", "-")
    if not ENCODINGS.fullmatch(name):
        raise BadDocument("the XML declaration", "its encoding is not one we read; save the file as UTF-8")
    return "utf-8" if name.startswith(("utf-16", "utf16", "utf-32", "utf32")) else name


def _tree(text: str, troubles: list[Trouble]) -> Element:
    """Strictly first; what is broken is read as far as it goes, and said."""
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError) as problem:
        line = getattr(problem, "lineno", None) or 1
        if "xcessive depth" in str(problem):
            raise BadDocument(f"line {line}", "elements are nested more than 256 deep; no document is") from None
    parser = _parser(recover=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or not isinstance(root.tag, str):
        raise BadDocument(f"line {line}", "this is not XML")
    troubles.append(Trouble(f"line {line}", "the XML is broken there; what could be read of it was read"))
    return root


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
        encoding="utf-8",
    )
