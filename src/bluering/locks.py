"""Locks between processes, as files. Each goes with the process that holds it, however that ends."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def taken(lock: IO) -> bool:
    """Take the lock on an open file if nobody has it; whether it is ours now. Closing the file gives it back."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[bool]:
    """Whether nobody else is in here; whoever finds somebody goes away again."""
    with path.open("a+") as lock:
        yield taken(lock)


@contextlib.contextmanager
def one_after_another(path: Path) -> Iterator[None]:
    """Wait until nobody else is in here."""
    with path.open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
