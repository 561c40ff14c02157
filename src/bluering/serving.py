"""Start what serves people: the web server, a worker beside it, and for a first look the demo practice."""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser

from bluering.answers import DONE, say
from bluering.errors import Refusal

STOP_SECONDS = 8
TAKE_IN = [sys.executable, "-m", "bluering.cli", "work", "--only-arrivals"]


def serve(*, port: int, workers: int) -> int:
    """The web server alone, until stopped."""
    _require_free(port)
    with _children([_web(port, workers)]) as children:
        return _wait(children)


def demo(args: argparse.Namespace) -> int:
    """The demo practice: made and loaded on the first run, there at once on the next; then web and worker until Ctrl-C."""
    from bluering.practice import ensure_demo, log_ins
    from bluering.progress import Progress

    if not args.prepare:
        _require_free(args.port)
    progress = Progress(quiet=args.json)
    persons = ensure_demo(persons=args.persons, on_progress=progress)
    progress.finish()
    address = f"http://127.0.0.1:{args.port}/"
    value = {"address": address, "persons": persons, "log_ins": log_ins()}
    if args.prepare:
        say(args, value, f"The demo practice is ready: {persons:,} persons.")
        return DONE
    beside = [[sys.executable, "-m", "bluering.cli", "work"], *(_feed(args.feed) if args.feed else [])]
    with _children([_web(args.port, 2), *beside]) as children:
        _until_up(address, children)
        say(args, value, *_welcome(address, persons))
        sys.stdout.flush()
        if not args.no_browser:
            webbrowser.open(address)
        return _wait(children)


def work(*, until_empty: bool = False, only_arrivals: bool = False) -> None:
    """Take in what arrives and do the jobs of the queue, until stopped or until nothing is left."""
    from bluering import live
    from bluering.jobs.worker import work as do_jobs
    from bluering.tasks import SCHEDULE

    if until_empty or only_arrivals:
        stop = threading.Event()
        if only_arrivals:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
        live.take_in(stop, until_empty=until_empty)
    if only_arrivals:
        return
    with _children([] if until_empty else [TAKE_IN]):
        do_jobs(SCHEDULE, until_empty=until_empty)


def listen(args: argparse.Namespace) -> int:
    """Listen for HL7 v2; a process beside us takes in what arrives, unless that is left to a worker."""
    from bluering import live

    with _children([] if args.no_work else [TAKE_IN]):
        return live.listen(args)


def _feed(seconds: float) -> list[list[str]]:
    """A listener on a free port, and what sends to it about every so many seconds: the demo's hospital and front desk."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    listener = [sys.executable, "-m", "bluering.cli", "listen", "--port", port, "--no-work"]
    return [listener, [sys.executable, "-m", "bluering.feeding", port, str(seconds)]]


def _welcome(address: str, persons: int) -> list[str]:
    from bluering.practice import PASSWORD, log_ins

    people = [f"  {user['username']:<10} {user['name']} ({user['role']})" for user in log_ins()]
    return [
        f"\nMaple Street Family Medicine, {persons:,} made-up persons:  {address}",
        f"Log in as one of these, password {PASSWORD}", *people, "Start with dana. Ctrl-C stops.",
    ]  # fmt: skip


def _web(port: int, workers: int) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", os.environ.get("BLUERING_BIND", "127.0.0.1"), "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "bluering.wsgi:application",
    ]  # fmt: skip


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Refusal(
                f"Port {port} is taken by another program. Stop that one, or choose another: --port {port + 1}"
            ) from None


@contextlib.contextmanager
def _children(commands: list[list[str]]):
    """Run these beside us; whatever happens, they end when we do."""
    running = [
        subprocess.Popen(
            command,
            stdout=sys.stderr,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,
        )
        for command in commands
    ]
    try:
        yield running
    finally:
        _end(running)


def _end(running: list[subprocess.Popen]) -> None:
    """Ask them to end, then see to it; a second Ctrl-C does not leave any of them behind."""
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_, signal.SIG_IGN)
    for child in running:
        child.terminate()
    end = time.monotonic() + STOP_SECONDS
    for child in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, end - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def _wait(children: list[subprocess.Popen]) -> int:
    """Until Ctrl-C, or until one of them ends by itself."""
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return DONE
    raise Refusal("The server ended by itself; what it said stands above.")


def _until_up(address: str, children: list[subprocess.Popen], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and all(child.poll() is None for child in children):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address + "health/", timeout=2).close()
            return
        time.sleep(0.2)
    raise Refusal("The server did not come up; what it said stands above. Is another program using the port?")
