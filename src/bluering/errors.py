"""The two kinds of error a person can do something about; anything else is a bug and is simply raised.

Messages carry places and our own opaque ids, never what a record says about somebody.
"""


class Refusal(Exception):
    """Not allowed. The message says who could do it."""


class BadInput(Exception):
    """Cannot be used as it is. The message says what, where, and what to try."""
