"""A small demo practice, loaded by the real intake and served by the real server, and a browser that looks at it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bluering.practice import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PERSONS = 150
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip
# A browser complains of every answer from 400 on; these two are the pages' own: not yours, and put this right.
# A request given up because the page was left or another took its place is no fault either; htmx says so in two lines.
EXPECTED = (
    "the server responded with a status of 403", "the server responded with a status of 422",
    "htmx:sendAbort", "htmx:afterRequest",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    """All journeys share one server, so they run in one process."""
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Where the practice is served."""
    port, home = free_port(), tmp_path_factory.mktemp("journeys")
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BLUERING_HOME")}
    environment = kept | {"BLUERING_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    command = [
        sys.executable,
        "-m",
        "bluering.cli",
        "demo",
        "--persons",
        str(PERSONS),
        "--port",
        str(port),
        "--no-browser",
        "--feed",
        "0",
    ]
    with (home / "out.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/health/", server, home / "out.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def wait_for(url: str, server: subprocess.Popen, log: Path, seconds: int = 120) -> None:
    """Until the address answers; a server that has ended is said with its last words."""
    for _ in range(seconds * 5):
        assert server.poll() is None, log.read_text()[-2_000:]
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"No answer in {seconds} s: {log.read_text()[-2_000:]}")


@pytest.fixture(scope="session")
def chromium():
    """A browser; without one the journeys are skipped, except where everything has to run."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        assert not os.environ.get("CI"), "no Chromium here"
        pytest.skip("no Chromium on this machine; install it to run the journeys")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, address):
    """Opens a page of a fresh session, logged in when a name is given.

    Complains of errors, of what the console says against the page, and of addresses that are not ours.
    """
    faults, contexts = [], []

    def open_it(username: str = "", **how):
        contexts.append(chromium.new_context(base_url=address, **how))
        page = contexts[-1].new_page()
        listen(page, address, faults)
        if username:
            log_in(page, username)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert faults == []


def listen(page, address: str, faults: list[str]) -> None:
    """Put down what goes wrong in a page."""

    def hear(message) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            faults.append(f"{page.url}: {message.text}")

    def see(asked) -> None:
        if not asked.url.startswith((f"{address}/", "data:")):
            faults.append(asked.url)

    page.on("console", hear)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("request", see)


def log_in(page, username: str, password: str = PASSWORD) -> None:
    page.goto("/log-in/")
    page.get_by_label("Name", exact=True).fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/log-in/" not in address)
    page.wait_for_load_state("networkidle")
