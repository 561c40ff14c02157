"""No words of an instrument that may not be shipped stand anywhere in the tree, code, pages and documentation included."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SIZE = 7
RESTRICTED = {
    line for line in Path(__file__).with_name("restricted.txt").read_text().splitlines() if not line.startswith("#")
}
TEXT = (".py", ".md", ".html", ".json", ".yaml", ".txt", ".sql", ".js", ".css", ".csv")


def digests(text: str) -> set[str]:
    """Seven words in a row, each run as a digest."""
    words = re.findall(r"[a-z0-9']+", text.lower())
    runs = (" ".join(words[start : start + SIZE]) for start in range(len(words) - SIZE + 1))
    return {hashlib.blake2b(run.encode(), digest_size=8).hexdigest() for run in runs}


def kept_files() -> list[Path]:
    """What git keeps, or would if it were added; without git, everything under the folders we write."""
    try:
        said = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True, text=True
        )
        names = said.stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        names = [str(file.relative_to(ROOT)) for part in ("src", "docs", "tests") for file in (ROOT / part).rglob("*")]
    return [ROOT / name for name in names if name.endswith(TEXT) and (ROOT / name).is_file()]


def test_no_restricted_wording_is_in_the_tree():
    found = [file.relative_to(ROOT) for file in kept_files() if digests(file.read_text(errors="ignore")) & RESTRICTED]
    assert not found


@pytest.mark.shared
def test_the_digests_would_find_it():
    """A form that may not be shipped, lying beside the tree, is recognised."""
    import os

    form = Path(os.environ["BLUERING_SHARED"]) / "data/ig-us-core/input/examples/Questionnaire-prapare-example.json"
    assert len(digests(form.read_text()) & RESTRICTED) > 20
