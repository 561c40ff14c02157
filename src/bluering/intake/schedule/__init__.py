"""Schedules as practice systems export them: a table of appointments with a header, columns mapped once per source.

In: CSV, TSV and the like. Out: Appointment, Patient, Practitioner and Location resources, and each row that was refused, with the reason.
"""
