"""What runs all day: the listener that messages arrive at, and the loop that takes them in."""

import argparse
import asyncio
import contextlib
import ipaddress
import logging
import signal
import ssl
import sys
import threading
import time
from collections.abc import Iterator, Sequence

from django.db import DatabaseError, close_old_connections, connection

from bluering import pipeline
from bluering.answers import DONE, say
from bluering.errors import BadInput, Refusal
from bluering.intake import arrivals
from bluering.intake.arrivals import Incoming
from bluering.intake.hl7v2.listen import Counts, Listener, Network
from bluering.locks import taken
from bluering.paths import home
from bluering.record import store

log = logging.getLogger(__name__)
IDLE_SECONDS, AFTER_FAULT_SECONDS = 0.2, 5.0
LOOK_AT_FILES_EVERY, MANY_FILES, SMALL_BYTES = 20, 30, 2**20


def take_in(stop: threading.Event, *, until_empty: bool = False) -> None:
    """Take in what arrives until told to stop, or until nothing waits. Of several such processes one works and the others wait."""
    with _only_one(stop):
        batches = 0
        tidy()
        while not stop.is_set():
            taken = _take_in_once(stop)
            batches += taken > 0
            if until_empty and not taken:
                return
            if batches and batches % LOOK_AT_FILES_EVERY == 0:
                tidy()
            if not taken:
                stop.wait(IDLE_SECONDS)


def _take_in_once(stop: threading.Event) -> int:
    """One batch. What fails is logged by its kind and tried again: messages stay until they are in the record."""
    close_old_connections()
    try:
        return pipeline.process_arrivals()
    except Refusal:
        stop.wait(1)
    except Exception as fault:
        log.error(
            "Messages could not be taken in (%s); they wait and are tried again.", type(fault).__name__, exc_info=True
        )
        stop.wait(AFTER_FAULT_SECONDS)
    return 0


def tidy() -> None:
    """Join the many small files that live news makes: every one of them is opened for each batch. While a load is under way they stay."""
    with contextlib.suppress(Refusal):
        for table in store.loaded_tables():
            if store.small_files(table, SMALL_BYTES) > MANY_FILES:
                pipeline.compact(table, SMALL_BYTES)


@contextlib.contextmanager
def _only_one(stop: threading.Event) -> Iterator[None]:
    with (home() / "arrivals.lock").open("w") as lock:
        while not stop.is_set() and not taken(lock):
            stop.wait(1)
        yield


def listen(args: argparse.Namespace) -> int:
    """Listen for HL7 v2 until Ctrl-C; every message that was acknowledged is in the database."""
    began = time.monotonic()
    listener = Listener(keep_durably, source=args.source or "", allowed=networks(args.allow))
    counts = _run(_listen(listener, args.host, args.port, tls_context(args)))
    value = vars(counts) | {"seconds": round(time.monotonic() - began, 3)}
    say(
        args,
        value,
        f"Stopped. {counts.accepted:,} messages accepted, {counts.refused:,} refused, {counts.not_kept:,} not kept.",
    )
    return DONE


def keep_durably(messages: Sequence[Incoming]) -> None:
    """Keep messages so that they outlive a loss of power."""
    try:
        with arrivals.durably():
            arrivals.keep(messages)
    except DatabaseError:
        connection.close()
        raise


async def _listen(listener: Listener, host: str, port: int, tls: ssl.SSLContext | None) -> Counts:
    try:
        server = await listener.start(host, port, tls)
    except OSError:
        raise Refusal(
            f"Port {port} of {host} cannot be opened. Is another listener running? Choose another: --port."
        ) from None
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    at = server.sockets[0].getsockname()
    print(
        f"Listening for HL7 v2 on {at[0]}:{at[1]}{' with TLS' if tls else ''}. Ctrl-C stops.",
        file=sys.stderr,
        flush=True,
    )
    await told.wait()
    server.close()
    await listener.stop()
    return listener.counts


def _run(main) -> Counts:
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def networks(given: list[str]) -> list[Network]:
    """The peers that may send, as networks. Raises BadInput."""
    try:
        return [ipaddress.ip_network(one, strict=False) for text in given for one in text.split(",") if one.strip()]
    except ValueError:
        raise BadInput("--allow: write addresses or networks, such as 10.2.0.0/16 or 192.0.2.7.") from None


def tls_context(args: argparse.Namespace) -> ssl.SSLContext | None:
    """TLS when a certificate is given; with --tls-ca peers must show one of their own that it signed. Raises BadInput."""
    if not args.tls_cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(args.tls_cert, args.tls_key)
        if args.tls_ca:
            context.load_verify_locations(args.tls_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError):
        raise BadInput(
            "--tls-cert, --tls-key, --tls-ca: these files cannot be used; they are PEM files of one certificate and its key."
        ) from None
    return context
