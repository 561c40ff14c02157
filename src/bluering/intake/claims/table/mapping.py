"""Which column of a table of claims is what, and how the payer writes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from bluering.intake.roster.mapping import MEMBER
from bluering.intake.tables.columns import PATIENT, Columns, Targets

KINDS = {"professional": "clinicians", "institutional": "hospitals and facilities", "pharmacy": "medicines"}
AMOUNTS = {"line": "the sums of its line", "claim": "the sums of the whole claim"}
DIAGNOSES = ("diagnosis", *(f"diagnosis_{nth}" for nth in range(2, 7)))
TARGETS: Targets = {
    "claim_number": ("Claim number", ("claim number", "claim id", "claim no", "claim", "claimid", "icn", "dcn", "claim control number", "claim nbr")),
    "line_number": ("Line number", ("line number", "line", "line no", "claim line", "claim line number", "service line", "line id", "line nbr")),
    "patient_id": ("Member number", MEMBER),
    **{target: said for target, said in PATIENT.items() if target != "patient_id"},
    "gender": ("Sex", ("sex", "gender", "member gender", "member sex", "patient sex")),
    "claim_kind": ("Kind of claim or setting", ("claim type", "type of claim", "claim kind", "form type", "service type", "setting", "care setting", "category of service")),
    "bill_type": ("Type of bill", ("type of bill", "bill type", "tob", "bill type code")),
    "claim_status": ("Status", ("claim status", "status", "line status", "paid status", "disposition")),
    "service_from": ("Served from", ("service from", "from date", "service date", "date of service", "dos", "service from date", "first service date", "fill date", "date filled", "start date", "service start date", "dos from", "statement from")),
    "service_until": ("Served until", ("service to", "to date", "thru date", "service to date", "last service date", "service through", "end date", "service end date", "dos to", "statement to", "through date")),
    "admitted_on": ("Admitted", ("admit date", "admission date", "admitted", "admitted on")),
    "discharged_on": ("Discharged", ("discharge date", "discharged", "discharged on")),
    "discharge_status": ("Discharge status", ("discharge status", "patient status", "discharge disposition", "patient discharge status")),
    "paid_on": ("Paid or processed on", ("paid date", "payment date", "date paid", "check date", "processed date", "adjudication date", "remit date")),
    "diagnosis": ("Diagnosis, or all of them", ("diagnosis", "primary diagnosis", "principal diagnosis", "diagnosis 1", "diag 1", "dx 1", "dx1", "diag1", "icd10", "diagnosis codes", "diagnoses", "dx", "dx codes", "primary dx", "icd diagnosis code 1", "diagnosis code 1", "diagnosis code")),
    **{f"diagnosis_{nth}": (f"Diagnosis {nth}", (f"diagnosis {nth}", f"diag {nth}", f"dx {nth}", f"dx{nth}", f"diag{nth}", f"icd diagnosis code {nth}", f"diagnosis code {nth}")) for nth in range(2, 7)},
    "procedure_code": ("Procedure in hospital (ICD-10-PCS), or all of them", ("icd procedure", "procedure 1", "icd procedure code", "principal procedure", "icd procedures", "surgical procedure", "icd procedure code 1")),
    "service_code": ("Service (CPT or HCPCS)", ("procedure code", "cpt", "cpt code", "hcpcs", "hcpcs code", "service code", "cpt hcpcs", "procedure", "proc code")),
    "modifiers": ("Modifiers", ("modifier", "modifiers", "mod", "modifier 1", "cpt modifier")),
    "revenue_code": ("Revenue centre", ("revenue code", "rev code", "revenue centre", "revenue center", "revenue center code")),
    "place_of_service": ("Place of service", ("place of service", "pos", "place of service code", "pos code")),
    "quantity": ("Units or quantity", ("units", "quantity", "qty", "unit count", "quantity dispensed", "service units")),
    "ndc": ("Medicine (NDC)", ("ndc", "ndc code", "drug code", "national drug code")),
    "medicine": ("Medicine's name", ("drug name", "medication", "medicine", "drug", "label name", "medication name")),
    "days_supply": ("Days' supply", ("days supply", "day supply", "days supplied", "supply days")),
    "provider_npi": ("NPI of facility, pharmacy or biller", ("billing npi", "billing provider npi", "facility npi", "provider npi", "pharmacy npi", "npi")),
    "provider_name": ("Its name", ("billing provider", "billing provider name", "facility", "facility name", "provider", "provider name", "pharmacy", "pharmacy name", "hospital")),
    "clinician_npi": ("NPI of the clinician", ("rendering npi", "rendering provider npi", "servicing provider npi", "attending npi", "prescriber npi", "attending provider npi")),
    "clinician_name": ("Name of the clinician", ("rendering provider", "rendering provider name", "servicing provider", "attending provider", "prescriber", "prescriber name", "attending")),
    "drg": ("DRG", ("drg", "ms drg", "drg code")),
    "billed": ("Billed", ("billed", "billed amount", "charge", "charges", "charge amount", "submitted amount", "total charge")),
    "allowed": ("Allowed", ("allowed", "allowed amount", "eligible amount", "allowed amt")),
    "paid": ("Paid by the payer", ("paid", "paid amount", "amount paid", "plan paid", "net paid", "payment amount", "paid amt", "total paid")),
    "patient_paid": ("Paid by the member", ("member paid", "patient paid", "member liability", "patient responsibility", "copay", "member cost share", "out of pocket")),
}  # fmt: skip


@dataclass(frozen=True)
class Mapping(Columns):
    """How one payer writes its table of claims.

    payer         the payer's name, as coverage and pages show it
    usual_kind    a key of KINDS, where neither a column nor what stands in a row tells
    amounts_are   a key of AMOUNTS: what the sums in a row are of
    """

    payer: str = ""
    usual_kind: str = "professional"
    amounts_are: str = "line"

    KIND: ClassVar[str] = "claims"
    TITLE: ClassVar[str] = "Claims, a row for each line"
    TARGETS: ClassVar[Targets] = TARGETS

    def faults(self, header: Iterable[str]) -> list[str]:
        """What keeps this mapping from reading a file with this header, each a sentence; empty when nothing does."""
        found = super().faults(header)
        for target in ("claim_number", "service_from"):
            if target not in self.columns:
                found.append(f"{self.label(target)}: choose its column.")
        if not self.names_patient():
            found.append("Member: choose the column of the member number, or those of name and date of birth.")
        if self.usual_kind not in KINDS or self.amounts_are not in AMOUNTS:
            found.append(f"usual_kind is one of {', '.join(KINDS)}, amounts_are of {', '.join(AMOUNTS)}.")
        return found
