"""Messages in, FHIR resources out; what cannot be read is quarantined with its place and the reason.

In: files and messages of other systems. Out: staged FHIR resources for the record.
Read by: the pipeline, web.
"""
