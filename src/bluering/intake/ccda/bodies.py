"""Bodies that are no sections: a file or plain text in place of them, and files inside sections."""

import base64
import html

from bluering.intake.ccda.notes import Attachment, file_of
from bluering.intake.ccda.tree import V3, Element, attribute, find, find_all
from bluering.intake.ccda.words import plain_text
from bluering.intake.reading import Reading, Resource, Trouble

BODY = "component/nonXMLBody/text"


def attachments(root: Element) -> list[Attachment]:
    """All files inside a document: its body, its media, its notes."""
    found = []
    for text in find_all(root, BODY):
        file = file_of(text) or _plain(text)
        found += [Attachment(*file, title="", place="the body")] if file else []
    for media in root.iter(f"{{{V3}}}observationMedia"):
        file = file_of(find(media, "value"))
        found += [Attachment(*file, title=attribute(media, "ID"), place="a section")] if file else []
    for act in root.iter(f"{{{V3}}}act"):
        file = file_of(find(act, "text"))
        found += [Attachment(*file, title="", place="a note")] if file else []
    return found


def _plain(text: Element) -> tuple[str, bytes] | None:
    if attribute(text, "mediaType") not in ("", "text/plain") or find(text, "reference") is not None:
        return None
    words = "".join(text.itertext()).strip()
    return ("text/plain", words.encode()) if words else None


def unstructured(root: Element, reading: Reading, own: Resource | None) -> None:
    """The body that is a file goes into the DocumentReference too; one that lies elsewhere is listed."""
    for text in find_all(root, BODY):
        file = file_of(text) or _plain(text)
        if file and own is not None:
            encoded = {"contentType": file[0], "data": base64.b64encode(file[1]).decode()}
            own["content"].append({"attachment": encoded})
        elif not file:
            reading.not_mapped.append(
                Trouble("the body", "it is a file that is not inside the document; ask the sender for it")
            )


def embedded_html(root: Element) -> str:
    """A body of plain text, as paragraphs."""
    texts = [text for text in find_all(root, BODY) if file_of(text) is None and _plain(text)]
    lines = [line for text in texts for line in (plain_text(text) or "").split("\n")]
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)
