"""HL7 v2 as the demo's hospital writes it: in go a person and what happened, out come messages as bytes."""
