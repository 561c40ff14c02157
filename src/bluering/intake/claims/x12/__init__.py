"""X12 5010: claims (837), payments (835) and enrolment (834) as FHIR, and the acknowledgement (999) they are answered with.

In: interchanges, several in a file if need be. Out: Patient, Coverage, ExplanationOfBenefit; what is wrong, by segment and element; the
text of the 999. Read by: pipeline.
"""
