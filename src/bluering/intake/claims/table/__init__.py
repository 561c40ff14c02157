"""Claims as tables: a row for each line of a claim, or for each claim, with columns mapped once per source.

In: a table. Out: Patient, Coverage and ExplanationOfBenefit; each row that was refused, with the reason. Read by `pipeline`.
"""
