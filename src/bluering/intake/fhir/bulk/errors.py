"""How a conversation with a server can end besides well. What can never work is a BadInput, in words."""


class Later(Exception):
    """Not now: go on after `seconds`, or, when the server does not say, after a while that grows with each time in a row."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Gone(Exception):
    """What the server had made for us is there no more: ask it again from the beginning."""
