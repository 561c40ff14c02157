"""A section's narrative (StrucDoc) as HTML that is built anew from a short list of tags: nothing is copied but text and spans of cells.

Classes that a page may style: `ccda-section`, `ccda-paragraph`, `ccda-caption`, `ccda-footnote`, `ccda-media`, `ccda-deleted`.
Tags: section, h2 to h6, div, p, span, strong, em, u, br, sub, sup, ul, ol, li, table, caption, thead, tbody, tfoot, tr, th, td.
"""

import html

from bluering.intake.ccda.names import words_in
from bluering.intake.ccda.tree import V3, Element, attribute, find, find_all, name_of

DEPTH = 60
"""Deeper than this the narrative is shown as its text alone."""

PLAIN = {"sub": "sub", "sup": "sup", "b": "strong", "strong": "strong", "i": "em", "em": "em", "tr": "tr"}
PLAIN |= {
    "thead": "thead",
    "tbody": "tbody",
    "tfoot": "tfoot",
    "p": "p",
    "ul": "ul",
    "ol": "ol",
    "li": "li",
    "item": "li",
}
DROPPED = frozenset(
    ["script", "style", "object", "embed", "iframe", "applet", "svg", "math", "template", "noscript", "colgroup", "col"]
)
STYLES = {"Bold": "strong", "Italics": "em", "Underline": "u"}
SPAN_LIMIT = 100
MEDIA = "An image or file that belongs here is not shown on this page."


def section_html(section: Element, level: int = 2, depth: int = 0) -> str:
    """A section's heading and narrative, and those of the sections in it."""
    title, text = words_in(find(section, "title")), find(section, "text")
    heading = f"h{min(level, 6)}"
    parts = [
        f"<{heading}>{html.escape(title)}</{heading}>" if title else "",
        _inside(text, 0) if text is not None else "",
    ]
    if depth < DEPTH:
        inner = find_all(section, "component/section")
        parts += [section_html(one, level + 1, depth + 1) for one in inner]
    body = "".join(parts)
    return f'<section class="ccda-section">{body}</section>' if body.strip() else ""


def text_html(text: Element | None) -> str:
    """The narrative of one `text` element."""
    return "" if text is None else _inside(text, 0).strip()


def _inside(element: Element, depth: int, parent: str = "") -> str:
    """What stands in an element, as HTML."""
    if depth > DEPTH:
        return html.escape("".join(element.itertext()))
    parts = [html.escape(element.text or "")]
    for child in element:
        parts += [_element(child, depth + 1, parent), html.escape(child.tail or "")]
    return "".join(parts)


def _element(element: Element, depth: int, parent: str) -> str:
    """One element of the narrative; of other vocabularies nothing is kept, of unknown tags their text."""
    if not isinstance(element.tag, str) or not element.tag.startswith(f"{{{V3}}}"):
        return ""
    name = name_of(element)
    if name in DROPPED:
        return ""
    if name in PLAIN:
        return _tagged(PLAIN[name], _inside(element, depth, name if name in ("thead", "tbody", "tfoot") else parent))
    maker = MAKERS.get(name)
    return maker(element, depth, parent) if maker else _inside(element, depth, parent)


def _tagged(tag: str, body: str, css: str = "") -> str:
    return f'<{tag} class="{css}">{body}</{tag}>' if css else f"<{tag}>{body}</{tag}>"


def _paragraph(element: Element, depth: int, parent: str) -> str:
    blocks = any(name_of(one) in ("table", "list", "paragraph") for one in element.iter() if one is not element)
    return _tagged("div" if blocks else "p", _inside(element, depth, parent), "ccda-paragraph" if blocks else "")


def _content(element: Element, depth: int, parent: str) -> str:
    body = _inside(element, depth, parent)
    for style in attribute(element, "styleCode").split()[:4]:
        body = _tagged(STYLES[style], body) if style in STYLES else body
    deleted = attribute(element, "revised") == "delete"
    return _tagged("span", body, "ccda-deleted") if deleted else body


def _list(element: Element, depth: int, parent: str) -> str:
    tag = "ol" if attribute(element, "listType") == "ordered" else "ul"
    heading = "".join(_tagged("p", _inside(one, depth), "ccda-caption") for one in find_all(element, "caption"))
    items = "".join(_element(one, depth, parent) for one in element if name_of(one) != "caption")
    return heading + _tagged(tag, items)


def _table(element: Element, depth: int, parent: str) -> str:
    heading = "".join(_tagged("caption", _inside(one, depth)) for one in find_all(element, "caption")[:1])
    rows = [one for one in element if name_of(one) in ("thead", "tbody", "tfoot", "tr")]
    return _tagged("table", heading + "".join(_element(one, depth, "tbody") for one in rows))


def _cell(element: Element, depth: int, parent: str) -> str:
    tag = name_of(element)
    scope = "" if tag == "td" else ' scope="col"' if parent == "thead" else ' scope="row"'
    spans = "".join(
        f' {name}="{int(said)}"'
        for name in ("colspan", "rowspan")
        if (said := attribute(element, name)).isascii()
        and said.isdigit()
        and len(said) < 4
        and 1 < int(said) <= SPAN_LIMIT
    )
    return f"<{tag}{scope}{spans}>{_inside(element, depth)}</{tag}>"


def _caption(element: Element, depth: int, parent: str) -> str:
    return _tagged("span", _inside(element, depth), "ccda-caption")


def _footnote(element: Element, depth: int, parent: str) -> str:
    return _tagged("span", _inside(element, depth), "ccda-footnote")


MAKERS = {
    "paragraph": _paragraph,
    "content": _content,
    "list": _list,
    "table": _table,
    "td": _cell,
    "th": _cell,
    "caption": _caption,
    "footnote": _footnote,
    "br": lambda element, depth, parent: "<br/>",
    "renderMultiMedia": lambda element, depth, parent: _tagged("span", MEDIA, "ccda-media"),
}
