"""A sender as hospitals run them: it resends until a message is acknowledged, and reconnects whenever the line is cut."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60


def environment(home: Path) -> dict:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {
        "BLUERING_HOME": str(home),
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "bluering.settings",
    }


def bluering(home: Path, *words: str, **how) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "bluering.cli", *words], env=environment(home), start_new_session=True, **how
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listen(home: Path, port: int, *words: str) -> subprocess.Popen:
    """A listener that is up."""
    process = bluering(home, "listen", "--port", str(port), "--source", "hospital", *words, stderr=subprocess.DEVNULL)
    until(lambda: answers(port))
    return process


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def until(true, seconds: float = WAIT_SECONDS) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not so within {seconds} s"
        time.sleep(0.02)


class Sender(threading.Thread):
    """Sends its messages one after the other; each is sent again until it is acknowledged with AA."""

    def __init__(self, port: int, messages: list[bytes]) -> None:
        super().__init__(daemon=True)
        self.port, self.messages, self.acknowledged, self.other = port, messages, 0, 0

    def run(self) -> None:
        line = None
        for message in self.messages:
            while True:
                try:
                    line = line or socket.create_connection(("127.0.0.1", self.port), timeout=10)
                    answer = exchange(line, message)
                except OSError:
                    line = None
                    time.sleep(0.05)
                    continue
                if b"MSA|AA" in answer:
                    break
                self.other += 1
                time.sleep(0.05)
            self.acknowledged += 1


def exchange(line: socket.socket, message: bytes) -> bytes:
    """Send one message and read its acknowledgement. Raises OSError when the line is cut."""
    line.sendall(b"\x0b" + message + b"\x1c\r")
    answer = b""
    while not answer.endswith(b"\x1c\r"):
        block = line.recv(4096)
        if not block:
            raise ConnectionError("cut")
        answer += block
    return answer


def stay(number: int) -> list[bytes]:
    """Admitted, moved, changed, discharged: four messages of one visit."""
    events = [("A01", "0800"), ("A02", "0900"), ("A08", "1000"), ("A03", "1100")]
    return [
        (
            f"MSH|^~\\&|ADT1|GENERAL|B|M|20261120{at}||ADT^{event}|{number}-{event}|P|2.5.1\rEVN|{event}|20261120{at}\r"
            f"PID|1||M{number}^^^GENERAL^MR||Fam{number}^Ada||19500203|F\r"
            f"PV1|1|I|{event}^12||||||||||||||||V{number}"
            + "|" * 25
            + "202611200800|"
            + ("202611201100" if event == "A03" else "")
            + "\r"
        ).encode()
        for event, at in events
    ]
