"""What becomes of an order. Sources: HL7 v2.8 tables 0119 (what is to be done with it), 0038 (its status), 0123 (results)."""

STARTS = frozenset(("NW", "RO", "RL", "OE", "OR", "XO", "XX", "XR", "SN", "NA", "RF", "AF", "PA", "CH"))
"""New, replacing, released, changed, numbered, refilled, parent and child."""
REVIVES = frozenset(("NW", "RO", "RL", "OE", "OR"))
ENDS = frozenset(("CA", "OC", "CR", "DC", "OD", "DR", "RP", "RU", "RQ", "UA"))
"""Cancelled, discontinued, replaced (asked for, done, or done as asked), and not accepted."""
HOLDS = frozenset(("HD", "OH", "HR"))
CONTROL = {**dict.fromkeys(STARTS, "active"), **dict.fromkeys(ENDS, "revoked"), **dict.fromkeys(HOLDS, "on-hold")}
CONTROL["DE"] = "entered-in-error"
STATUS = {
    "A": "active",
    "CA": "revoked",
    "CM": "completed",
    "DC": "revoked",
    "ER": "entered-in-error",
    "HD": "on-hold",
    "IP": "active",
    "RP": "revoked",
    "SC": "active",
}
"""ORC-5."""
RESULT = {"F": "completed", "C": "completed", "X": "revoked"}
"""OBR-25, where ORC says nothing."""
OVER = frozenset(("revoked", "completed", "entered-in-error"))


def state(known: str, control: str, told: str, result: str) -> str:
    """The status of a request after another message.

    A change to an order that is over does not open it again; a new, replacing or released one does.
    """
    control, found = control.upper(), STATUS.get(told.upper()) or RESULT.get(result.upper(), "")
    if control in ENDS or control in HOLDS or control == "DE":
        return "completed" if known == "completed" and control in ENDS else CONTROL[control]
    if control in REVIVES:
        return found or "active"
    if known in OVER and found not in OVER:
        return known
    return found or known or "active"
