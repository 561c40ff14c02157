"""Did it help: what care was used and what it cost, by person and month, and what may be said of it.

In: the record, stays told once. Out: the table of person-months, figures over complete months. Read by tasks, verbs and pages.
"""
