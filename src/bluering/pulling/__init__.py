"""Fetch from FHIR servers: everybody's data by bulk export, one person's by search; each ends in the record.

In: which server, how it knows us. Out: facts in the record, what was deleted gone from sight, a run that says what happened.
Read by: the verbs, the tasks, web.
"""
