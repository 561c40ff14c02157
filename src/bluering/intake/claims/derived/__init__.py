"""What claims tell of care: stays and visits, diagnoses, procedures, medicines handed over, each marked as claim-derived.

In: ExplanationOfBenefit, from whatever format. Out: Encounter, Condition, Procedure, MedicationDispense with the tag `claim-derived`.
They follow their claim: a cancelled claim's are cancelled, and what a newer version does not tell any more is withdrawn (`pipeline.claims`).
"""

from bluering.intake.claims.derived.derive import TAG, add, derived_lines, prepare

__all__ = ["TAG", "add", "derived_lines", "prepare"]
