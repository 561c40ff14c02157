"""Tables that come as CSV: how one is told from other files, which column is what, and what people saved of that per source.

In: bytes. Out: a header with rows, and the saved columns. Read by `schedule`, `roster` and `claims.table`, which say what their columns can be.
"""
