"""Reply codes survive being printed, faxed and scanned."""

import pytest
from PIL import Image

from bluering.intake.documents.barcodes import modules, read_reply_codes

CODE = "BR1-0123456789ABCDEF"


def printed(code: str, *, square: bool, module: int) -> Image.Image:
    """A white letter page at 200 dpi with the code on it."""
    rows = modules(code, square=square)
    bits = Image.new("L", (len(rows[0]), len(rows)), 255)
    bits.putdata([0 if dark else 255 for row in rows for dark in row])
    height = len(rows) * module if square else 120
    page = Image.new("L", (1700, 2200), 255)
    page.paste(bits.resize((len(rows[0]) * module, height), Image.Resampling.NEAREST), (300, 400))
    return page


@pytest.mark.parametrize(("square", "module"), [(True, 8), (False, 4)])
def test_what_is_printed_is_read(square, module):
    assert read_reply_codes(printed(CODE, square=square, module=module)) == [CODE]


def test_a_coarse_fax_upside_down_is_read():
    fax = printed(CODE, square=True, module=10).resize((1728, 1078)).convert("1").convert("L").resize((1700, 2200))
    assert read_reply_codes(fax.rotate(180)) == [CODE]


@pytest.mark.parametrize("other", ["BR1-short", "https://example.org/", "BR2-0123456789ABCDEF"])
def test_codes_of_others_are_passed_over(other):
    assert read_reply_codes(printed(other, square=True, module=8)) == []
