"""Which column of a payer's list of members is what, and how the payer writes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from bluering.intake.tables.columns import PATIENT, Columns, Targets

SCORE_IS = {
    "relative": "relative to the average, such as HCC (1.0 is average)",
    "level": "points or a level of the payer's own",
}
MEMBER = ("member id", "memberid", "member number", "member no", "subscriber id", "mbi", "medicare id", "medicaid id", "card number", "health plan id", "plan member id", "insurance id")  # fmt: skip
TARGETS: Targets = {
    "month": ("Month or day the list is of", ("month", "roster month", "report month", "as of", "as of date", "report date", "attribution month", "performance month", "list date")),
    "patient_id": ("Member number", MEMBER),
    **{target: said for target, said in PATIENT.items() if target != "patient_id"},
    "gender": ("Sex", ("sex", "gender", "member gender", "member sex")),
    "address_line": ("Street", ("address", "address 1", "street", "address line 1", "member address", "address1")),
    "city": ("City", ("city", "member city", "town")),
    "state": ("State", ("state", "member state", "st")),
    "postal_code": ("ZIP code", ("zip", "zip code", "postal code", "member zip", "zipcode")),
    "clinician_npi": ("NPI of the clinician chosen or attributed", ("pcp npi", "npi", "provider npi", "attributed npi", "attributed provider npi", "pcp id")),
    "clinician_name": ("Name of that clinician", ("pcp", "pcp name", "provider name", "attributed provider", "primary care provider", "attributed pcp")),
    "attributed_from": ("Attributed from", ("attribution start", "attributed from", "assignment start", "effective date", "pcp effective date", "attribution date")),
    "attributed_until": ("Attributed until", ("attribution end", "attributed until", "assignment end", "pcp end date")),
    "plan": ("Plan or product", ("plan", "plan name", "product", "line of business", "lob", "benefit plan")),
    "coverage_start": ("Covered from", ("coverage start", "coverage effective date", "eligibility start", "enrollment date", "eff date")),
    "coverage_end": ("Covered until", ("coverage end", "coverage termination date", "term date", "termination date", "eligibility end")),
    "score": ("Risk score or level", ("risk score", "score", "raf", "raf score", "hcc score", "risk level", "risk tier", "chronic care risk score", "risk")),
    "score_date": ("Day of the score", ("score date", "risk score date", "raf date", "score as of")),
    "score_drivers": ("What drives the score", ("score drivers", "drivers", "risk drivers", "hccs", "hcc list", "conditions", "top drivers")),
}  # fmt: skip


@dataclass(frozen=True)
class Mapping(Columns):
    """How one payer writes its list of members.

    payer        the payer's name, as coverage and pages show it
    score_name   what the score is called; the column's name when empty
    score_is     a key of SCORE_IS
    """

    payer: str = ""
    score_name: str = ""
    score_is: str = "level"

    KIND: ClassVar[str] = "roster"
    TITLE: ClassVar[str] = "A payer's list of members"
    TARGETS: ClassVar[Targets] = TARGETS

    def faults(self, header: Iterable[str]) -> list[str]:
        """What keeps this mapping from reading a file with this header, each a sentence; empty when nothing does."""
        found = super().faults(header)
        if not self.names_patient():
            found.append("Member: choose the column of the member number, or those of name and date of birth.")
        if self.score_is not in SCORE_IS:
            found.append(f"score_is is one of {', '.join(SCORE_IS)}.")
        return found
