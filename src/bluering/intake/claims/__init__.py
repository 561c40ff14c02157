"""What payers send: claims of CMS (CCLF), opt-out lists; each becomes FHIR, and from claims what was done and found is derived.

In: files and zip files. Out: Patient, Coverage, ExplanationOfBenefit, Consent, and claim-derived Encounter, Condition, Procedure and
MedicationDispense. Read by: pipeline.
"""
