"""Lists of members as payers send them, by month: CSV with columns mapped once per source, and plain lists of Medicare numbers.

In: a table. Out: Patient, Coverage, RiskAssessment, and a Group for each part of the month's list; each row that was refused, with the reason.
Da Vinci ATR Groups, FHIR Lists and X12 834 come as they are; what is a roster among all of these is decided by `rosters`.
"""
