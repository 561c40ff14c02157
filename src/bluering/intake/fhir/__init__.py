"""FHIR R4 from files: NDJSON of Bulk Data, Bundles of any type, single resources; plain or gzip; told apart by content."""
