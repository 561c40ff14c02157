"""One function per kind of fact: what a visit, a result, a prescription or a letter looks like in FHIR."""
