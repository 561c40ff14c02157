"""The words of the narrative: what a `<reference value="#id">` of an entry points to, as plain text."""

from bluering.intake.ccda.tree import Element, attribute, find, name_of

BLOCKS = frozenset(
    ["td", "th", "tr", "item", "paragraph", "list", "caption", "table", "br", "text", "thead", "tbody", "p", "li"]
)
BUDGET = 20_000_000
"""Characters that one document's references may fetch in all; a hostile one could ask for the same text again and again."""


class Narrative:
    """Finds words by the ids in a document's narrative."""

    def __init__(self, root: Element):
        self.places: dict[str, Element] = {}
        for element in root.iter():
            if isinstance(element.tag, str) and (name := element.get("ID")):
                self.places.setdefault(name.strip(), element)
        self.known: dict[str, str] = {}
        self.spent = 0

    def words(self, element: Element | None) -> str:
        """The text of an element (`text`, `originalText`), or of the place in the narrative it refers to.

        Empty when it says nothing, when the place is not there, and when the document has used up its budget.
        """
        if element is None:
            return ""
        reference = attribute(find(element, "reference"), "value")
        text = self._at(reference.removeprefix("#")) if reference else ""
        text = text or plain_text(element)
        self.spent += len(text)
        return text if self.spent <= BUDGET else ""

    def _at(self, name: str) -> str:
        if name not in self.known:
            self.known[name] = plain_text(self.places.get(name))
        return self.known[name]


def plain_text(element: Element | None) -> str:
    """Text with a line for each block and single blanks inside a line."""
    if element is None:
        return ""
    parts: list[str] = []
    _collect(element, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _collect(element: Element, parts: list[str]) -> None:
    name = name_of(element)
    broken = name in BLOCKS
    gap = " " if name in ("td", "th") else "\n" if broken else ""
    parts += [gap, _flat(element.text)]
    for child in element:
        if isinstance(child.tag, str):
            _collect(child, parts)
        parts.append(_flat(child.tail))
    parts.append(gap)


def _flat(text: str | None) -> str:
    """Line breaks in the file are blanks; only blocks break lines."""
    return (text or "").replace("\n", " ").replace("\r", " ")
