"""Pieces of documents (a section, an entry, a part of the header), as guides and examples give them."""

from lxml import etree

from bluering.intake.ccda.document import Document, read_tree
from bluering.intake.ccda.parse import BadDocument, parse_fragment
from bluering.intake.ccda.tree import STATEMENTS, V3, Element, name_of
from bluering.intake.reading import Trouble

HEADER = frozenset(
    [
        "recordTarget",
        "author",
        "dataEnterer",
        "informant",
        "custodian",
        "informationRecipient",
        "legalAuthenticator",
        "authenticator",
        "participant",
        "inFulfillmentOf",
        "documentationOf",
        "relatedDocument",
        "authorization",
        "componentOf",
    ]
)
INSIDE = {
    "patientRole": "recordTarget",
    "assignedAuthor": "author",
    "serviceEvent": "documentationOf",
    "performer": "documentationOf/serviceEvent",
    "encompassingEncounter": "componentOf",
    "encounterParticipant": "componentOf/encompassingEncounter",
    "order": "inFulfillmentOf",
    "relatedEntity": "informant",
    "associatedEntity": "participant",
}
"""Pieces of the header that need something around them."""


def read_fragment(data: bytes, *, source: str) -> Document:
    """Read a piece of a document as if the rest of it were empty. Raises BadDocument when it is no piece of one."""
    pieces, forgiven = parse_fragment(data)
    root = pieces[0] if name_of(pieces[0]) == "ClinicalDocument" else _document_of(pieces, forgiven)
    return read_tree(root, data, forgiven, source=source, is_whole=False)


ALONE = frozenset(
    [
        "addr",
        "criterion",
        "encounter",
        "externalDocument",
        "manufacturedProduct",
        "name",
        "participantRole",
        "playingEntity",
        "precondition",
        "reference",
        "relatedSubject",
        "signatureText",
        "telecom",
    ]
)
"""Pieces that are part of CDA, and tell nothing by themselves."""


def _document_of(pieces: list[Element], forgiven: list[Trouble]) -> Element:
    root = etree.Element(f"{{{V3}}}ClinicalDocument")
    placed = [_place(root, piece) for piece in pieces]
    if not any(placed) and all(name_of(piece) in ALONE for piece in pieces):
        forgiven.append(Trouble("the root element", f"not mapped: {name_of(pieces[0])} tells nothing by itself"))
    elif not any(placed):
        raise BadDocument(
            "the root element", "this is neither a CDA document nor a section, entry or header part of one"
        )
    return root


def _place(root: Element, piece: Element) -> bool:
    """Put a piece where it belongs; False when it has no place of its own in a document."""
    name = name_of(piece)
    inner = [one for one in piece if one.tag in STATEMENTS or name_of(one) in ("section", "structuredBody")]
    if name in HEADER:
        root.append(piece)
    elif name in INSIDE:
        _under(root, INSIDE[name]).append(piece)
    elif name == "nonXMLBody":
        _under(root, "component").append(piece)
    elif name == "section":
        _under(root, "component/structuredBody/component").append(piece)
    elif piece.tag in STATEMENTS:
        _under(root, "component/structuredBody/component/section/entry").append(piece)
    elif name in ("component", "entry", "entryRelationship", "structuredBody") and (inner or len(piece)):
        placed = [_place(root, one) for one in list(piece) if isinstance(one.tag, str)]
        return all(placed)
    else:
        return False
    return True


def _under(root: Element, path: str) -> Element:
    """New elements along a path, the last one of which is given."""
    for step in path.split("/"):
        root = etree.SubElement(root, f"{{{V3}}}{step}")
    return root
