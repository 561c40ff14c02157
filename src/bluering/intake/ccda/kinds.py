"""What kind of document it is: by its template, else by its LOINC code."""

from bluering.intake.ccda.tree import Element, code_of, find, find_all, templates

KINDS = {
    "2": ("ccd", "34133-9"),
    "8": ("discharge-summary", "18842-5"),
    "14": ("referral-note", "57133-1"),
    "4": ("consultation-note", "11488-4"),
    "15": ("care-plan", "52521-2"),
    "9": ("progress-note", "11506-3"),
    "13": ("transfer-summary", "18761-7"),
    "3": ("history-and-physical", "34117-2"),
    "6": ("procedure-note", "28570-0"),
    "7": ("operative-note", "11504-8"),
    "5": ("diagnostic-imaging", "18748-4"),
}
"""C-CDA's document templates (2.16.840.1.113883.10.20.22.1.N) with the LOINC code that each usually has."""

ROOT = "2.16.840.1.113883.10.20.22.1."
BY_TEMPLATE = {ROOT + number: kind for number, (kind, _) in KINDS.items()}
BY_CODE = {code: kind for kind, code in KINDS.values()}


def kind_of(root: Element) -> str:
    """The kind of a document in one word; `other` for what C-CDA has no template for."""
    if find_all(root, "component/nonXMLBody"):
        return "unstructured"
    claimed = next((BY_TEMPLATE[one] for one in templates(root) if one in BY_TEMPLATE), None)
    return claimed or BY_CODE.get(code_of(find(root, "code")), "other")
