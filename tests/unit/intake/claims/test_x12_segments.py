"""Taking interchanges apart, whatever delimiters they use, and not being fooled by what they hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluering.intake.claims.x12.read import read
from bluering.intake.claims.x12.segments import BadInterchange, looks_like, segments_of, transactions_of

HEADER = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260401*0800*^*00501*000000001*0*P*:~"
BODY = "GS*HC*S*R*20260401*0800*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20260401*0800*CH~SE*3*0001~GE*1*1~IEA*1*000000001~"


def written(element: str = "*", component: str = ":", end: str = "~", newline: str = "") -> str:
    text = (HEADER + BODY).replace(":", "\x00").replace("*", element).replace("~", end + newline)
    return text.replace("\x00", component)


@pytest.mark.parametrize("newline", ["", "\n", "\r\n"])
@pytest.mark.parametrize(
    ("element", "component", "end"),
    [("*", ":", "~"), ("|", ">", "~"), ("*", "<", "'"), ("\x1d", "\x1f", "\x1e"), ("*", ":", "\n")],
)
def test_any_delimiters(element, component, end, newline):
    [found] = transactions_of(written(element, component, end, newline))
    assert (found.kind, found.control, found.version, found.complete) == ("837", "0001", "005010X222A1", True)
    assert [segment.id for segment in found.segments] == ["BHT"]


def test_several_interchanges_with_delimiters_of_their_own():
    both = written() + "\n" + written("|", ">", "\n")
    assert [one.kind for one in transactions_of(both)] == ["837", "837"]
    assert [segment.line for segment in segments_of(both)] == list(range(1, 15))


def test_the_letters_isa_inside_an_element_begin_nothing():
    text = written().replace("*S*R*", "*ISA*R*")
    assert [one.kind for one in transactions_of(text)] == ["837"]


@pytest.mark.parametrize(
    "broken", [HEADER[:60], HEADER.replace("*", "A"), HEADER.replace("~", "0"), HEADER.replace(":", "*")]
)
def test_a_broken_header_is_refused(broken):
    with pytest.raises(BadInterchange):
        list(segments_of(broken))
    done = read(broken.encode())
    assert done.groups == [] and done.troubles[0][0] == 1 and done.troubles[0][1].startswith("ISA")


def test_a_set_without_its_trailer_is_not_read():
    done = read(written().replace("SE*3*0001~", "").encode())
    assert done.groups == [] and any("cut off" in reason for _, reason in done.troubles)


def test_recognised_by_content():
    assert looks_like(HEADER.encode()) and looks_like(b"\xef\xbb\xbf" + HEADER.encode())
    assert not looks_like(b"ISAAC NEWTON") and not looks_like(b"MSH|^~\\&|") and not looks_like(b"")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 250))
def test_bytes_changed_anywhere_never_raise(noise, place):
    text = written().encode()
    read(text[:place] + noise + text[place:])


@settings(max_examples=40, deadline=None)
@given(
    st.permutations(range(6)),
    st.sampled_from(["", "CLM*", "HI*ABK:", "SV1*HC::::::*", "HL*1**20*1", "NM1*IL", "DTP*472*RD8*20-"]),
)
def test_segments_in_any_order_never_raise(order, more):
    parts = BODY.split("~")[:6]
    read(
        (HEADER + "~".join([parts[n] for n in order] + [more, "SE*3*0001", "GE*1*1", "IEA*1*000000001"]) + "~").encode()
    )


def test_a_segment_without_an_end_is_refused_before_it_is_taken_apart():
    done = read(written().replace("*CH~", "*CH" + "*A" * 40_000).encode())
    assert done.groups == [] and done.verdict is None
    assert done.troubles == [
        (
            4,
            "it has more than 65536 characters, so its end is not where the header says; ask the sender for the file again",
        )
    ]


def test_a_broken_header_further_on_refuses_the_whole_file_by_its_segment():
    done = read((written() + "\n" + written()[:90]).encode())
    assert done.groups == [] and done.troubles[0][0] == 8 and "shorter than 106" in done.troubles[0][1]


def test_a_transaction_set_larger_than_any_should_be_is_refused(monkeypatch):
    monkeypatch.setattr("bluering.intake.claims.x12.segments.MOST_SEGMENTS", 2)
    [found] = transactions_of(written().replace("SE*3*", "A*1~A*2~SE*5*"))
    assert found.too_large and len(found.segments) == 2
    done = read(written().replace("SE*3*", "A*1~A*2~SE*5*").encode())
    assert done.groups == [] and "ask the sender for smaller ones" in done.troubles[-1][1]
