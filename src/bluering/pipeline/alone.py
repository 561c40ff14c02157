"""One writer of the record at a time. A load that finds another one at work is refused; live news only takes a moment, so it is waited for."""

import contextlib
import os
import time
from collections.abc import Iterator
from typing import BinaryIO

from bluering.errors import Refusal
from bluering.locks import taken
from bluering.paths import home
from bluering.record import store

LOAD, LIVE = b"load", b"live"
PATIENCE_SECONDS = 60.0


@contextlib.contextmanager
def alone(what: bytes = LOAD) -> Iterator[None]:
    """Hold the record for writing. Raises Refusal while a load is under way; `what` says whether this is one, or live news."""
    with (home() / "load.lock").open("a+b") as lock:
        end = time.monotonic() + PATIENCE_SECONDS
        while not taken(lock):
            if _holder(lock) != LIVE or time.monotonic() > end:
                raise Refusal("Another load is under way. Wait until it has finished, then run this again.")
            time.sleep(0.02)
        os.ftruncate(lock.fileno(), 0)
        lock.write(what)
        lock.flush()
        yield


def compact(table: str, below: int | None = None) -> dict:
    """Join a table's files while nobody writes to it, or only those of fewer bytes. Raises Refusal while a load is under way."""
    with alone(LIVE):
        return store.compact(table, below=below)


def _holder(lock: BinaryIO) -> bytes:
    lock.seek(0)
    return lock.read(8)
