"""Where a patient went after a stay, in FHIR's words first where a code of table 0112 (UB-04 discharge status) has one."""

from typing import Any

from bluering.intake.ccda.context import Context
from bluering.intake.ccda.systems import HL7, SYSTEMS
from bluering.intake.ccda.tree import Element, find
from bluering.intake.ccda.values import drop_empty
from bluering.intake.hl7v2.adt.codes import DISPOSITION, DISPOSITION_OF

PATHS = ("sdtc:dischargeDispositionCode", "dischargeDispositionCode")
UB04 = frozenset(["http://terminology.hl7.org/CodeSystem/v2-0112", SYSTEMS[HL7 + "6.301.5"]])


def disposition(ctx: Context, visit: Element) -> dict[str, Any] | None:
    """The discharge disposition of an encounter, of the header or of a section."""
    said = next((one for path in PATHS if (one := ctx.concept(find(visit, path)))), None)
    codings = (said or {}).get("coding", [])
    known = [DISPOSITION_OF.get(one["code"].zfill(2)) for one in codings if one.get("system") in UB04]
    ours = [{"system": DISPOSITION, "code": fhir[0], "display": fhir[1]} for fhir in known if fhir]
    return said and drop_empty(said | {"coding": [*ours, *codings]})
