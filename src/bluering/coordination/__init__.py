"""What people do about it: panels, contacts, handoffs, and the ring around a person.

In: facts, gaps and what people decide. Out: work with its history, and the ring computed from facts and work.
Read by: the pipeline, web.
"""
