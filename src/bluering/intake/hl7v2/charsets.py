"""The bytes of a message as text, by what MSH-18 says. Source: HL7 v2.8 table 0211; names as Python knows them."""

from bluering.intake.hl7v2.split import as_bytes

CHARSETS = {
    "ASCII": "utf-8",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "ISO IR6": "utf-8",
    "ISO IR14": "shift_jis",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_1",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "CNS 11643-1992": "big5",
    "BIG-5": "big5",
    **{f"8859/{n}": f"iso8859-{n}" for n in range(1, 17) if n != 12},
}


def decode(raw: bytes) -> str:
    """The message as text, without a BOM: in the charset it names, else in UTF-8 where valid, else in Latin-1."""
    data, seen = as_bytes(raw)
    for charset in ([] if seen else [named(data)]) + ["utf-8"]:
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def named(data: bytes) -> str:
    """The charset of MSH-18, first repetition; UTF-8 when it names none that is known."""
    head = data[:2_000].lstrip(b"\x0b \t\r\n")
    fields = head.splitlines()[0].split(head[3:4], 18) if head[3:4].strip() else []
    if len(fields) < 18:
        return "utf-8"
    name = fields[17].decode("latin-1").upper()
    first = name.split("~")[0].split("^")[0].strip().replace("ISO-8859-", "8859/").replace("ISO8859-", "8859/")
    return CHARSETS.get(first, "utf-8")
