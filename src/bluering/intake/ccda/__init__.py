"""C-CDA documents in (R1.1 and R2.1), FHIR resources out, with the narrative as clean HTML and a tally of what was not mapped.

In: the bytes of a ClinicalDocument, alone, in an XDM zip, or inside a DocumentReference. Out: `Document`.
Read by: the pipeline.
"""
