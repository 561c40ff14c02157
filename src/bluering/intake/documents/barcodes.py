"""The codes by which a reply finds back: a handoff's reply code as QR and Code 128, written and read."""

import re

import zxingcpp
from PIL import Image

REPLY = re.compile(r"BR1-[0-9A-HJKMNP-TV-Z]{16}")
FORMATS = (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128)
DARK = 128


def read_reply_codes(picture: Image.Image) -> list[str]:
    """The reply codes on a page, each once. Faxes are coarse, so both kinds of code are looked for in both directions."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(FORMATS))
    return list(dict.fromkeys(one.text for one in found if REPLY.fullmatch(one.text)))


def modules(text: str, *, square: bool) -> list[list[bool]]:
    """The dark (True) and light modules of a QR code, or the one row of a Code 128, without the quiet zone around."""
    barcode = zxingcpp.create_barcode(text, FORMATS[0] if square else FORMATS[1])
    image = Image.fromarray(barcode.to_image(scale=1, add_quiet_zones=False)).convert("L")
    width, height = image.size
    rows = range(height) if square else [height // 2]
    return [[image.getpixel((x, y)) < DARK for x in range(width)] for y in rows]  # type: ignore[operator]
