"""The MLLP listener: many connections, one durable write for all messages that arrived meanwhile, and only then their acknowledgements.

A message is acknowledged with AA when it is in the database, with AE when it could not be kept (send it again), with AR when it is no
HL7 v2 message. A message that was sent before gets AA and stays as it is.
"""

import asyncio
import ipaddress
import logging
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bluering.intake.arrivals import Incoming
from bluering.intake.hl7v2 import split
from bluering.intake.hl7v2.ack import acknowledge
from bluering.intake.hl7v2.errors import BadMessage
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.mllp import Frames, TooLong, framed

log = logging.getLogger(__name__)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Keep = Callable[[Sequence[Incoming]], None]
FORMAT = "hl7v2"
NOT_KEPT = "could not be kept; send it again later"
BATCH_HEADERS = (b"FHS", b"BHS")


@dataclass(frozen=True)
class Limits:
    """What one peer, and all of them together, may ask of us."""

    longest_message: int = 16 * 2**20
    buffered_in_all: int = 128 * 2**20
    connections: int = 256
    waiting_per_connection: int = 64
    at_once: int = 512
    noise: int = 2**20
    refused_per_connection: int = 100


@dataclass
class Counts:
    """What the listener did since it began."""

    accepted: int = 0
    refused: int = 0
    not_kept: int = 0
    turned_away: int = 0


@dataclass
class _Received:
    """One frame: its messages, or why it is none, and who waits for the answer."""

    peer: "Peer"
    messages: list[Incoming] = field(default_factory=list)
    batch: bool = False
    raw: bytes = b""


class Listener:
    """Accepts messages for one source, or, without a name, for a source named after each sender's facility."""

    def __init__(
        self, keep: Keep, *, source: str = "", allowed: Sequence[Network] = (), limits: Limits | None = None
    ) -> None:
        self.keep, self.source, self.allowed = keep, source, tuple(allowed)
        self.limits, self.counts = limits or Limits(), Counts()
        self.peers: set[Peer] = set()
        self._received: deque[_Received] = deque()
        self._news = asyncio.Event()
        self._writer = ThreadPoolExecutor(1, "arrivals")

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> asyncio.Server:
        """Begin to listen; messages are kept until `stop`."""
        self._committing = asyncio.create_task(self._commit_for_ever())
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: Peer(self), host, port, ssl=tls, backlog=256)

    async def stop(self) -> None:
        """Keep and acknowledge what has come in, then close every connection."""
        for peer in list(self.peers):
            peer.pause()
        while self._received:
            await self._commit_once()
        self._committing.cancel()
        for peer in list(self.peers):
            peer.close()
        self._writer.shutdown()

    def allows(self, address: str) -> bool:
        """Whether a peer of this address may send."""
        if not self.allowed:
            return True
        peer = ipaddress.ip_address(address.split("%")[0])
        if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped:
            peer = peer.ipv4_mapped
        return any(peer in network for network in self.allowed if network.version == peer.version)

    def receive(self, peer: "Peer", raw: bytes) -> None:
        """A whole frame has come in."""
        batch = raw.lstrip()[:3] in BATCH_HEADERS
        pieces = [piece.raw for piece in split.split(raw)] if batch else [raw]
        self._received.append(_Received(peer, [self._incoming(one) for one in pieces or [raw]], batch, raw))
        self._news.set()

    def _incoming(self, raw: bytes) -> Incoming:
        try:
            heading = Message.parse(raw).heading
        except BadMessage as problem:
            return Incoming(self.source or "unknown-sender", FORMAT, "", "", raw, reason=str(problem))
        sender, number = heading.sender.replace("\0", ""), heading.control_id.replace("\0", "")
        return Incoming(self.source or source_of(sender), FORMAT, sender[:300], number[:300], raw)

    async def _commit_for_ever(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._received:
                await self._commit_once()

    async def _commit_once(self) -> None:
        """Everything that waits, in one write; then the answers, in the order in which the messages came."""
        group = [self._received.popleft() for _ in range(min(len(self._received), self.limits.at_once))]
        failed = await self._keep_all(group)
        for number, received in enumerate(group):
            received.peer.answer(self._answer(received, failed.get(number, "")), self._bad(received))

    async def _keep_all(self, group: list[_Received]) -> dict[int, str]:
        """Number in the group → why its messages could not be kept. What fails together is tried one by one."""
        if not await self._kept([one for received in group for one in received.messages]):
            return {}
        failed = {}
        for number, received in enumerate(group):
            if why := await self._kept(received.messages):
                failed[number] = why
        return failed

    async def _kept(self, messages: list[Incoming]) -> str:
        """'' once these are in the database, else what went wrong, in our words."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._writer, self.keep, messages)
        except Exception as fault:
            log.error("%d messages %s (%s)", len(messages), NOT_KEPT, type(fault).__name__)
            return NOT_KEPT
        return ""

    def _bad(self, received: _Received) -> bool:
        return any(one.reason for one in received.messages)

    def _answer(self, received: _Received, failed: str) -> bytes:
        answers = [self._acknowledged(one, failed) for one in received.messages]
        if not received.batch:
            return framed(answers[0])
        return framed(b"BHS|^~\\&\r" + b"".join(answers) + b"BTS|" + str(len(answers)).encode() + b"\r")

    def _acknowledged(self, message: Incoming, failed: str) -> bytes:
        if failed:
            self.counts.not_kept += 1
            return acknowledge(message.raw, "AE", failed)
        if message.reason:
            self.counts.refused += 1
            return acknowledge(message.raw, "AR", message.reason)
        self.counts.accepted += 1
        return acknowledge(message.raw, "AA")


class Peer(asyncio.Protocol):
    """One connection."""

    def __init__(self, listener: Listener) -> None:
        self.listener, self.frames = listener, Frames(listener.limits.longest_message)
        self.waiting = self.refused = 0
        self.paused = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport) -> None:
        self.transport = transport
        address = (transport.get_extra_info("peername") or ("",))[0]
        if len(self.listener.peers) >= self.listener.limits.connections or not self.listener.allows(address):
            self.listener.counts.turned_away += 1
            log.warning("A connection was turned away: its address is not allowed, or there are too many.")
            transport.abort()
            return
        self.listener.peers.add(self)

    def connection_lost(self, exc) -> None:
        self.listener.peers.discard(self)
        self.transport = None

    def data_received(self, data: bytes) -> None:
        limits = self.listener.limits
        try:
            messages = self.frames.feed(data)
        except TooLong:
            self._refuse_and_close("longer than this listener takes")
            return
        for message in messages:
            self.waiting += 1
            self.listener.receive(self, message)
        if self.frames.noise > limits.noise or self.refused > limits.refused_per_connection:
            log.warning("A connection was closed: it sends what is not HL7.")
            self.close()
        elif (
            len(self.frames) > 2**16 and sum(len(peer.frames) for peer in self.listener.peers) > limits.buffered_in_all
        ):
            self._refuse_and_close("this listener has no room now")
        elif self.waiting > limits.waiting_per_connection:
            self.pause()

    def answer(self, data: bytes, refused: bool) -> None:
        """Send an acknowledgement, and read on when few are left."""
        self.waiting -= 1
        self.refused += refused
        if self.transport is None or self.transport.is_closing():
            return
        self.transport.write(data)
        if self.paused and self.waiting <= self.listener.limits.waiting_per_connection // 2:
            self.paused = False
            self.transport.resume_reading()

    def pause(self) -> None:
        """Read no more until answers are out."""
        if self.transport is not None and not self.paused and not self.transport.is_closing():
            self.paused = True
            self.transport.pause_reading()

    def close(self) -> None:
        """Send what is to be sent, then hang up."""
        if self.transport is not None:
            self.transport.close()

    def _refuse_and_close(self, why: str) -> None:
        self.listener.counts.refused += 1
        if self.transport is not None:
            self.transport.write(framed(acknowledge(b"", "AR", f"the message is {why}" if "longer" in why else why)))
        self.close()


def source_of(sender: str) -> str:
    """A source's name from MSH-3|MSH-4: the facility, else the application, in small letters and hyphens."""
    application, _, facility = sender.partition("|")
    letters = "".join(char.lower() if char.isascii() and char.isalnum() else "-" for char in facility or application)
    return "-".join(part for part in letters.split("-") if part)[:60] or "unknown-sender"
