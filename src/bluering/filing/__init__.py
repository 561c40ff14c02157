"""Documents find their person: read, suggested to somebody, filed by a person's hand, taken back when it was the wrong one.

In: documents as they were kept. Out: DocumentReference with Provenance in the record; a handoff whose result is back.
Read by: the tasks, web.
"""
