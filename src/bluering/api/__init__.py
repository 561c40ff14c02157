"""The door for machines: FHIR messages in, what we can do and our public keys out. No rules inside.

In: requests of other systems. Out: FHIR answers, errors as OperationOutcome in plain words.
Read by: nobody.
"""
