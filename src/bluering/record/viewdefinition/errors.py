"""A view that cannot be compiled."""

from bluering.errors import BadInput


class BadView(BadInput):
    """The ViewDefinition is wrong; the message names the column or expression."""
