"""What the events of chapter 3 mean for a visit and for a patient. Source: HL7 v2.8 chapter 3, section 3.3."""

OPENS = frozenset(("A01", "A04"))
"""Admit, register: the visit takes place."""
PLANS = frozenset(("A05", "A14"))
"""Pre-admit, pending admit."""
UNPLANS = frozenset(("A27", "A38"))
"""Cancel pending admit, cancel pre-admit."""
MOVES = frozenset(("A02", "A06", "A07", "A17"))
"""Transfer, change of class, swap of beds: PV1-3 is a new place from now on."""
PRESENT = MOVES | {"A09", "A10", "A12", "A15", "A16", "A21", "A22", "A25", "A26", "A52", "A53"}
"""Events that only somebody who is there can have: they make a visit known whose admission did not come."""
OF_VISITS = OPENS | PLANS | UNPLANS | PRESENT | {"A03", "A11", "A13"}
"""Events that say nothing where no visit is named."""
CLASS_OF = {"A06": "I", "A07": "O"}
"""The class that an event gives where PV1-2 is empty."""
MERGES = frozenset(("A18", "A30", "A34", "A36", "A39", "A40", "A46", "A47", "A48"))
"""The patient of MRG-1 goes on as the patient of PID: merges, and changes of number."""
REVIVES = frozenset(("A01", "A04", "A05", "A14", "A28"))
"""A person deleted (A29) is there again."""

RANKS = {
    **dict.fromkeys(("A28", "A24"), 5),
    **dict.fromkeys(PLANS, 10),
    **dict.fromkeys(OPENS, 20),
    **dict.fromkeys(("A02", "A06", "A07", "A09", "A10", "A15", "A16", "A17", "A21"), 30),
    **dict.fromkeys(("A12", "A22", "A25", "A26", "A32", "A33", "A52", "A53"), 35),
    **dict.fromkeys(("A08", "A31", "A54", "A55", "A60", "A61", "A62"), 40),
    "A03": 60,
    "A13": 70,
    **dict.fromkeys(("A11", "A27", "A38"), 80),
    **dict.fromkeys((*MERGES, "A35", "A37", "A41", "A42", "A43", "A44", "A45", "A49", "A50", "A51"), 85),
    **dict.fromkeys(("A23", "A29"), 90),
}
"""The order of events recorded at the same time."""
