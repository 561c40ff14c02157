"""A document as sheets: how many there are, the text that stands in them, and each as a picture. Runs in a process of its own.

Limits keep a small hostile file from becoming a large one: pages, and pixels of a page.
"""

import warnings
from pathlib import Path
from typing import Protocol

import pypdfium2 as pdfium
from PIL import Image, UnidentifiedImageError

MOST_PAGES, MOST_PIXELS, POINTS_PER_INCH = 300, 40_000_000, 72
KINDS = {b"%PDF-": "pdf", b"II*\x00": "tiff", b"MM\x00*": "tiff", b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png"}
MEDIA_TYPES = {"pdf": "application/pdf", "tiff": "image/tiff", "jpeg": "image/jpeg", "png": "image/png"}


class Unreadable(Exception):
    """Why a document cannot be shown or read, as a sentence that says what to try."""


class Sheets(Protocol):
    """Pages count from 0."""

    count: int

    def text(self, page: int) -> str:
        """The text that the file itself holds for the page; empty when it holds none."""

    def picture(self, page: int, dpi: int) -> Image.Image:
        """The page in grey, at about that resolution; coarser when it would have too many pixels."""


def kind_of(head: bytes) -> str:
    """pdf, tiff, jpeg or png by its first bytes; empty for anything else. A PDF may have some bytes in front."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    return next((kind for magic, kind in KINDS.items() if head.startswith(magic)), "")


def open_sheets(path: Path) -> Sheets:
    """Raises Unreadable for anything but a document within the limits."""
    with path.open("rb") as stream:
        kind = kind_of(stream.read(1024))
    if not kind:
        raise Unreadable("It is neither PDF, TIFF, JPEG nor PNG. Ask the sender for one of these.")
    sheets: Sheets = PdfSheets(path) if kind == "pdf" else PictureSheets(path)
    if not 0 < sheets.count <= MOST_PAGES:
        raise Unreadable(f"It has no pages, or more than {MOST_PAGES}. Ask the sender for it in parts.")
    return sheets


class PdfSheets:
    """The pages of a PDF."""

    def __init__(self, path: Path) -> None:
        try:
            self.pdf = pdfium.PdfDocument(path)
            self.count = len(self.pdf)
        except pdfium.PdfiumError as fault:
            locked = "password" in str(fault).lower()
            raise Unreadable(
                "It is locked by a password. Ask the sender for a copy without one." if locked else BROKEN
            ) from None

    def text(self, page: int) -> str:
        try:
            return self.pdf[page].get_textpage().get_text_bounded()
        except pdfium.PdfiumError:
            raise Unreadable(BROKEN) from None

    def picture(self, page: int, dpi: int) -> Image.Image:
        try:
            sheet = self.pdf[page]
            width, height = sheet.get_size()
            scale = _scale(width, height, dpi / POINTS_PER_INCH)
            return sheet.render(scale=scale, grayscale=True).to_pil().convert("L")
        except (pdfium.PdfiumError, MemoryError, ValueError):
            raise Unreadable(BROKEN) from None


class PictureSheets:
    """The frames of a TIFF, or the one of a JPEG or PNG. Faxes have other resolutions across and down; pages come out in true shape."""

    def __init__(self, path: Path) -> None:
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        Image.MAX_IMAGE_PIXELS = MOST_PIXELS
        try:
            self.image = Image.open(path)
            self.count = min(getattr(self.image, "n_frames", 1), MOST_PAGES + 1)
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
            raise Unreadable(BROKEN) from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Unreadable(TOO_LARGE) from None

    def text(self, page: int) -> str:
        return ""

    def picture(self, page: int, dpi: int) -> Image.Image:
        try:
            self.image.seek(page)
            width, height = self.image.size
            if width * height > MOST_PIXELS:
                raise Unreadable(TOO_LARGE)
            grey = self.image.convert("L")
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
            raise Unreadable(BROKEN) from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Unreadable(TOO_LARGE) from None
        across, down = _resolution(self.image)
        inches = (width / across, height / down)
        scale = _scale(inches[0], inches[1], dpi)
        return grey.resize((max(1, round(inches[0] * scale)), max(1, round(inches[1] * scale))), Image.Resampling.BOX)


BROKEN = "It is damaged or was cut off on the way. Ask the sender to send it again."
TOO_LARGE = f"A page has more than {MOST_PIXELS // 1_000_000} million pixels. Ask the sender for a coarser scan."
LETTER_INCHES = 8.5


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and down; where the file says none that can be, a page as wide as letter paper."""
    told = image.info.get("dpi") or (0, 0)
    across, down = float(told[0] or 0), float(told[1] or 0)
    if 50 <= across <= 2_400 and 50 <= down <= 2_400:
        return across, down
    guess = max(image.size[0] / LETTER_INCHES, 50)
    return guess, guess


def _scale(width: float, height: float, wanted: float) -> float:
    """`wanted`, or less when the page would have too many pixels."""
    if width <= 0 or height <= 0:
        raise Unreadable(BROKEN)
    return min(wanted, (MOST_PIXELS / (width * height)) ** 0.5)
