"""Rules over persons: gaps and scores.

In: the record's views and the work tables, with `as_of` as the only clock. Out: gaps that open and close by evidence, and scores.
Read by: the pipeline, web.
"""
