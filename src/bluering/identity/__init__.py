"""Who is this: one Person behind the patient records of many systems.

In: patients with their identifiers. Out: links from each system's patient to a Person, each with its reason, each of which can be undone.
Read by: record and everything below it.
"""
