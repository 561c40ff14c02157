"""Text from pictures, by the program `tesseract`, which is a package of its own."""

import io
import os
import shutil
import subprocess

from PIL import Image

DPI, SECONDS_PER_PAGE = 250, 90
MISSING = "no text could be read: install tesseract-ocr"


def available() -> bool:
    """Whether the program is there."""
    return shutil.which("tesseract") is not None


def read(picture: Image.Image) -> str:
    """The text of one page, in English; empty when the page was too hard or took too long."""
    data = io.BytesIO()
    picture.save(data, "PNG", dpi=(DPI, DPI), compress_level=1)
    command = ["tesseract", "stdin", "stdout", "-l", "eng", "--psm", "3"]
    try:
        done = subprocess.run(
            command, input=data.getvalue(), capture_output=True, timeout=SECONDS_PER_PAGE, check=False,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else ""
