"""HL7 v2 messages: bytes to messages (`split`, `message`), messages to threads (`threads`), threads to FHIR (`fold`)."""
