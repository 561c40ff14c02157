"""The listener: durable before AA, AE when it cannot keep, AR for what is no message; limits hold against hostile peers."""

import asyncio
import ipaddress
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bluering.intake.hl7v2.listen import Limits, Listener, source_of
from bluering.intake.hl7v2.mllp import framed


def message(number: str, facility: str = "GENERAL") -> bytes:
    return (
        f"MSH|^~\\&|ADT|{facility}|B|R|20261123070000||ADT^A01^ADT_A01|{number}|P|2.5.1\r"
        "EVN|A01|20261123070000\rPID|1||4711^^^GEN^MR||Lind^Ada\rPV1|1|I\r"
    ).encode()


class Store:
    """Keeps messages, or fails as told."""

    def __init__(self):
        self.kept, self.writes, self.fails = [], 0, lambda messages: False

    def __call__(self, messages):
        self.writes += 1
        time.sleep(0.002)
        if self.fails(messages):
            raise OSError("no space")
        self.kept += messages


@pytest.fixture
def store():
    return Store()


def talk(store, *scripts, limits=None, allowed=(), source=""):
    """Run each script (reader, writer → result) against one listener, all at once."""

    async def main():
        listener = Listener(store, source=source, allowed=allowed, limits=limits)
        server = await listener.start("127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]

        async def one(script):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return await asyncio.wait_for(script(reader, writer), 20)
            finally:
                writer.close()

        results = await asyncio.gather(*(one(script) for script in scripts))
        server.close()
        await listener.stop()
        return results, listener.counts

    with ThreadPoolExecutor(1) as aside:  # a browser of other tests may hold this thread's event loop
        return aside.submit(asyncio.run, main()).result()


def sends(*raw: bytes, answers: int | None = None):
    """Sends everything at once and reads so many acknowledgements."""

    async def script(reader, writer):
        writer.write(b"".join(map(framed, raw)))
        return [await reader.readuntil(b"\x1c\r") for _ in range(len(raw) if answers is None else answers)]

    return script


def test_a_message_is_kept_before_it_is_acknowledged(store):
    ((answer,),), counts = talk(store, sends(message("17")))
    assert b"MSA|AA|17" in answer
    assert [(one.source, one.sender, one.control_id) for one in store.kept] == [("general", "ADT|GENERAL", "17")]
    assert counts.accepted == 1


def test_messages_of_many_connections_share_a_write(store):
    results, _ = talk(store, *(sends(*(message(f"{peer}-{n}") for n in range(20))) for peer in range(8)))
    assert all(f"MSA|AA|{peer}-{n}".encode() in results[peer][n] for peer in range(8) for n in range(20))
    assert (len(store.kept), store.writes < 80) == (160, True)


def test_what_cannot_be_kept_is_not_acknowledged_and_the_others_are(store):
    store.fails = lambda messages: any(one.control_id == "bad" for one in messages)
    ((first, bad, last),), counts = talk(store, sends(message("1"), message("bad"), message("2")))
    assert (b"MSA|AA|1" in first, b"MSA|AE|bad" in bad, b"MSA|AA|2" in last) == (True, True, True)
    assert sorted(one.control_id for one in store.kept) == ["1", "2"]
    assert counts.not_kept == 1


def test_what_is_no_message_is_refused_with_a_reason_and_kept_apart(store):
    ((answer,),), counts = talk(store, sends(b"PID|1||4711"))
    assert b"MSA|AR" in answer
    assert [(bool(one.reason), one.raw) for one in store.kept] == [(True, b"PID|1||4711")]
    assert counts.refused == 1


def test_a_batch_in_one_frame_gets_a_batch_of_answers(store):
    batch = b"FHS|^~\\&\rBHS|^~\\&\r" + message("1") + message("2") + b"BTS|2\rFTS|1\r"
    ((answer,),), _ = talk(store, sends(batch, answers=1))
    assert (answer.count(b"MSA|AA"), answer.startswith(b"\x0bBHS")) == (2, True)
    assert [one.control_id for one in store.kept] == ["1", "2"]


def test_a_peer_that_is_not_allowed_is_turned_away(store):
    async def script(reader, writer):
        writer.write(framed(message("1")))
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readuntil(b"\x1c\r")

    _, counts = talk(store, script, allowed=[ipaddress.ip_network("10.0.0.0/8")])
    assert (store.kept, counts.turned_away) == ([], 1)


def test_garbage_is_hung_up_on_and_others_go_on(store):
    async def garbage(reader, writer):
        try:
            for _ in range(1_600):
                writer.write(b"\x00\xffgarbage " * 6_000)
                await writer.drain()
        except ConnectionError:
            return "closed"
        return "open"

    (closed, answers), _ = talk(store, garbage, sends(*(message(str(n)) for n in range(50))))
    assert closed == "closed"
    assert len(answers) == len(store.kept) == 50


def test_a_message_without_end_is_refused_at_the_limit(store):
    async def endless(reader, writer):
        writer.write(b"\x0bMSH|" + b"x" * 40_000)
        answer = await reader.readuntil(b"\x1c\r")
        return answer, await reader.read()

    ((answer, rest),), _ = talk(store, endless, limits=Limits(longest_message=10_000))
    assert (b"MSA|AR" in answer, rest, store.kept) == (True, b"", [])


def test_a_peer_that_does_not_wait_is_read_no_faster_than_it_is_answered(store):
    ((*answers,),), _ = talk(
        store, sends(*(message(str(n)) for n in range(400))), limits=Limits(waiting_per_connection=8)
    )
    assert [f"MSA|AA|{n}".encode() in answer for n, answer in enumerate(answers)] == [True] * 400


@pytest.mark.parametrize(
    ("sender", "source"),
    [("ADT|COUNTY GENERAL", "county-general"), ("LAB|", "lab"), ("|", "unknown-sender"), ("A|Höhe", "h-he")],
)
def test_a_source_is_named_after_the_facility(sender, source):
    assert source_of(sender) == source
