"""What is raised when bytes are no HL7 v2 message."""

from bluering.errors import BadInput


class BadMessage(BadInput):
    """Not a message that can be read: the place in it (`MSH-2`) and the reason, without quoting values."""

    def __init__(self, place: str, reason: str):
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
