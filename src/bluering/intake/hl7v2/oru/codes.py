"""States of results and reports, sections of laboratories. Sources: HL7 v2.8 tables 0085, 0123, 0074; v2-to-FHIR guide."""

OBSERVATION = {
    "A": "amended",
    "B": "amended",
    "C": "corrected",
    "D": "entered-in-error",
    "F": "final",
    "I": "registered",
    "P": "preliminary",
    "R": "preliminary",
    "S": "preliminary",
    "U": "final",
    "W": "entered-in-error",
    "X": "cancelled",
}
"""OBX-11. N (not asked) and O (order detail) are no results; an empty one is as OBR-25 says."""
NO_RESULT = frozenset("NO")
KEEPS_VALUE = frozenset("DUW")
"""Deleted, final without sending again, wrong: they say something of what was sent before."""
REPORT = {
    "A": "partial",
    "C": "corrected",
    "F": "final",
    "I": "registered",
    "M": "corrected",
    "N": "registered",
    "O": "registered",
    "P": "preliminary",
    "R": "preliminary",
    "S": "registered",
    "X": "cancelled",
}
"""OBR-25."""
RANKS = {"": 0, "unknown": 0, "registered": 1, "partial": 2, "preliminary": 2}
VERIFIED = 3
LABORATORY = frozenset(
    [
        "BG",
        "BLB",
        "CG",
        "CH",
        "CP",
        "GE",
        "HM",
        "IMM",
        "LAB",
        "MB",
        "MCB",
        "MYC",
        "OSL",
        "PAR",
        "PAT",
        "SP",
        "SR",
        "TX",
        "VR",
    ]
)
IMAGING = frozenset(["CT", "CTH", "CUS", "NMR", "NMS", "OUS", "RAD", "RUS", "RX", "VUS", "XRC"])
CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
SECTIONS = "http://terminology.hl7.org/CodeSystem/v2-0074"


def follows(known: str, told: str) -> str:
    """The state after another message: what was verified is not made preliminary again, nor what came back awaited.

    What was corrected stays corrected when it is told once more as final.
    """
    before, after = RANKS.get(known, VERIFIED), RANKS.get(told, VERIFIED)
    if after < before:
        return known
    return known if told == "final" and known in ("corrected", "amended") else told


def accepts(known: str, told: str) -> bool:
    """Whether a message in state `told` replaces what is known in state `known`."""
    return RANKS.get(told, VERIFIED) >= RANKS.get(known, VERIFIED)


def category(section: str) -> list[dict]:
    """Observation.category of the section that did the service (OBR-24); [] for others."""
    code = "laboratory" if section in LABORATORY else "imaging" if section in IMAGING else ""
    return [{"coding": [{"system": CATEGORIES, "code": code}]}] if code else []
