"""Who may do what, and who looked.

In: a user and what they want to do. Out: yes, or a Refusal that says who could; and an audit event for every read and write of a person.
Every room may reach this shelf; it reaches none.
"""
