"""CMS Claim and Claim Line Feed: fixed-width files 0 to 9, A and B, one delivery a month, as FHIR.

In: the files of a delivery, loose or in a zip. Out: Patient and Coverage from file 8 and 9, an ExplanationOfBenefit for each claim with
what adjustments and cancellations have left of it. Read by: pipeline.
"""
