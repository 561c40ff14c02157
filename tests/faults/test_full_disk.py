"""A full disk: the sender hears that its message was not kept, and once there is room again everything goes on."""

import resource
import socket
import subprocess
import sys

import pytest
from mllp import bluering, exchange, free_port, listen, stay

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets us take a running process's room away"),
]


def test_not_kept_is_said_and_after_that_all_is_kept(tmp_path):
    port = free_port()
    assert bluering(tmp_path, "setup", stdout=subprocess.DEVNULL).wait() == 0
    listener = listen(tmp_path, port, "--no-work")
    before = resource.prlimit(listener.pid, resource.RLIMIT_FSIZE)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            first, second, third, fourth = stay(1)
            assert b"MSA|AA" in exchange(line, first)
            resource.prlimit(listener.pid, resource.RLIMIT_FSIZE, (4_096, before[1]))
            answer = exchange(line, second)
            assert (b"MSA|AE" in answer, b"send it again" in answer) == (True, True)
            resource.prlimit(listener.pid, resource.RLIMIT_FSIZE, before)
            assert [b"MSA|AA" in exchange(line, one) for one in (second, third, fourth)] == [True] * 3
    finally:
        listener.terminate()
        assert listener.wait(20) == 0
