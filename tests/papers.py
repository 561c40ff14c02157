"""Documents made here: pages as pictures, and PDFs written by hand, as small as the format allows."""

from PIL import Image, ImageDraw, ImageFont

LETTER = (1700, 2200)


def drawn_page(lines: list[str], size: tuple[int, int] = LETTER) -> Image.Image:
    """A letter page at 200 dpi with these lines, as a picture."""
    page = Image.new("L", size, 255)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=40)
    for number, line in enumerate(lines):
        pen.text((150, 150 + 70 * number), line, fill=0, font=font)
    return page


def text_pdf(pages: list[list[str]], size: tuple[int, int] = (612, 792)) -> bytes:
    """A PDF with a text layer, one list of lines a page."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = " ".join(f"({_escaped(line)}) Tj 0 -20 Td" for line in lines)
        content = f"BT /F1 14 Tf 60 720 Td {shown} ET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _file(objects, "")


def locked_pdf() -> bytes:
    """A PDF that asks for a password which nobody knows: its key check is zeros."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [] /Count 0 >>",
        f"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{'00' * 32}> /U <{'00' * 32}> >>",
    ]
    return _file(objects, f"/Encrypt 3 0 R /ID [<{'00' * 16}> <{'00' * 16}>]")


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: list[str], trailer: str) -> bytes:
    out, places = "%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("latin-1")
