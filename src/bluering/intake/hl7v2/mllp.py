"""MLLP, the framing of HL7 v2 over TCP: a vertical tab, the message, a file separator, a carriage return.

Source: HL7 v2 Minimal Lower Layer Protocol, release 1 (transport specification).
"""

START, END = b"\x0b", b"\x1c"
CARRIAGE_RETURN = 0x0D


class TooLong(Exception):
    """A message that does not end within the limit."""


def framed(message: bytes) -> bytes:
    """A message as it goes over the wire."""
    return START + message + END + b"\r"


class Frames:
    """Cuts a stream of bytes into messages. What lies between messages is noise: counted, never kept."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.noise = 0
        self._buffer = bytearray()
        self._searched = 0

    def __len__(self) -> int:
        """How many bytes are held of a message that has not ended."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that these bytes complete. Raises TooLong; the message that is too long is dropped."""
        self._buffer += data
        messages = []
        while (message := self._next()) is not None:
            messages.append(message)
        if len(self._buffer) > self.longest:
            self._buffer.clear()
            self._searched = 0
            raise TooLong
        return messages

    def _next(self) -> bytes | None:
        if not self._begins():
            return None
        end = self._buffer.find(END, max(self._searched, 1))
        if end < 0:
            self._searched = len(self._buffer)
            return None
        message = bytes(self._buffer[1:end])
        after = end + 2 if end + 1 < len(self._buffer) and self._buffer[end + 1] == CARRIAGE_RETURN else end + 1
        del self._buffer[:after]
        self._searched = 0
        return message

    def _begins(self) -> bool:
        """Drop what comes before the next start; True when there is one."""
        if self._buffer[:1] == START:
            return True
        start = self._buffer.find(START)
        noise = len(self._buffer) if start < 0 else start
        self.noise += sum(1 for byte in self._buffer[:noise] if byte not in b"\r\n") if noise <= 8 else noise
        del self._buffer[:noise]
        return start >= 0
