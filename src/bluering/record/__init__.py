"""The facts: what other systems told us, kept as received, by FHIR type.

In: FHIR resources from intake. Out: current rows by table for rules, and one person's chart for a page.
Read by: population, coordination, web.
"""
