"""Frames: whatever way a stream is cut, its messages come out whole and once, and noise costs no memory."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluering.intake.hl7v2.mllp import Frames, TooLong, framed

messages = st.lists(st.binary(max_size=60).filter(lambda raw: b"\x1c" not in raw), max_size=5)


def fed(frames: Frames, data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [message for a, b in itertools.pairwise(edges) for message in frames.feed(data[a:b])]


@given(messages, st.lists(st.integers(0, 400), max_size=8))
def test_however_the_stream_is_cut(told, cuts):
    assert fed(Frames(1_000), b"".join(map(framed, told)), cuts) == told


@given(st.binary(max_size=2_000), st.lists(st.integers(0, 2_000), max_size=8))
def test_any_bytes_give_messages_or_noise(data, cuts):
    frames = Frames(1_000_000)
    found = fed(frames, data, cuts)
    assert sum(map(len, found)) + len(frames) <= len(data)


def test_a_missing_carriage_return_ends_a_message_too():
    assert Frames(100).feed(b"\x0bone\x1c\x0btwo\x1c\r") == [b"one", b"two"]


def test_noise_is_counted_and_not_kept():
    frames = Frames(100)
    assert frames.feed(b"GET / HTTP/1.1\r\n\r\n" * 50 + framed(b"MSH")) == [b"MSH"]
    assert (frames.noise, len(frames)) == (900, 0)


def test_line_ends_between_messages_are_no_noise():
    frames = Frames(100)
    frames.feed(framed(b"one") + b"\r\n" + framed(b"two"))
    assert frames.noise == 0


def test_a_message_without_end_is_dropped_at_the_limit():
    frames = Frames(1_000)
    with pytest.raises(TooLong):
        for _ in range(100):
            frames.feed(b"\x0b" + b"x" * 100)
    assert len(frames) == 0
    assert frames.feed(framed(b"next")) == [b"next"]
