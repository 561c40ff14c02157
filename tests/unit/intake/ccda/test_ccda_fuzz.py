"""Whatever bytes come: a document or BadDocument, never another error, and soon."""

import contextlib
import json
import random
import time

import pytest
from ccda_cases import MANY, whole
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from bluering.intake.ccda.document import read_document
from bluering.intake.ccda.fragments import read_fragment
from bluering.intake.ccda.parse import BadDocument, looks_like
from bluering.intake.ccda.xdm import documents_in

SLOW = settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
WHOLE = whole(MANY)


def survives(data: bytes) -> None:
    """Read it every way; whatever is read can be written as JSON and has no broken entry that we caused."""
    looks_like(data)
    for reader in (read_document, read_fragment):
        try:
            document = reader(data, source="fuzz")
        except BadDocument as problem:
            assert problem.place and problem.reason
            continue
        json.dumps(document.reading.resources)
        assert document.reading.unreadable == []
    with contextlib.suppress(BadDocument):
        documents_in(data)


@SLOW
@given(st.binary(max_size=2_000))
def test_any_bytes(data):
    survives(data)


@SLOW
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_a_document_with_bytes_changed(seed, changes):
    dice = random.Random(seed)
    data = bytearray(WHOLE)
    for _ in range(changes):
        data[dice.randrange(len(data))] = dice.randrange(256)
    survives(bytes(data))


VALUES = [
    "",
    " ",
    "x",
    "-1",
    "0",
    "9" * 40,
    "1e99",
    "NaN",
    "20249999",
    "2.16.840.1.113883.4.6",
    "EVN",
    "INT",
    "true",
    "#p1",
    "ß\u2028",
]


@SLOW
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_a_document_with_its_structure_changed(seed, changes):
    """Attributes get other values, elements go, come twice, or move elsewhere."""
    dice = random.Random(seed)
    root = etree.fromstring(WHOLE)
    for _ in range(changes):
        elements = [one for one in root.iter() if one is not root]
        one, other = dice.choice(elements), dice.choice(elements)
        act = dice.randrange(5)
        if act == 0 and one.attrib:
            one.set(dice.choice(list(one.attrib)), dice.choice(VALUES))
        elif act == 1:
            one.set(
                dice.choice(["nullFlavor", "negationInd", "moodCode", "value", "code"]), dice.choice([*VALUES, "UNK"])
            )
        elif act == 2:
            one.getparent().remove(one)
        elif act == 3:
            one.getparent().append(etree.fromstring(etree.tostring(one)))
        elif other is not one and one not in other.iterancestors() and other not in one.iter():
            other.append(one)
    survives(etree.tostring(root))


@pytest.mark.parametrize("cut", range(0, len(WHOLE), max(1, len(WHOLE) // 40)))
def test_a_document_that_breaks_off(cut):
    survives(WHOLE[:cut])


def test_many_entries_take_time_in_proportion():
    def seconds(count: int) -> float:
        entry = '<entry><observation moodCode="EVN"><code code="1"/><text><reference value="#p1"/></text></observation></entry>'
        data = whole(f'<section><code code="8716-3"/><text ID="p1">words</text>{entry * count}</section>')
        started = time.perf_counter()
        read_document(data, source="fuzz")
        return time.perf_counter() - started

    seconds(100)
    assert seconds(8_000) < 20 * max(seconds(1_000), 0.02)
