"""A shelf: FHIR's own element tables."""
