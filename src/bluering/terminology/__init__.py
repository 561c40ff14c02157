"""A shelf: code systems, value sets, FHIR's own element tables."""
