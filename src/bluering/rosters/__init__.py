"""Payers' lists of members by month, and where they disagree with the practice.

In: Groups, Lists and enrolment in the record, in every version. Out: months with adds and drops, and questions that people work off.
Read by tasks and pages.
"""
