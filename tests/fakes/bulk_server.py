"""A small Bulk Data server as strict as a real one: it checks who asks by their public keys, makes them wait, and cuts lines.

`BulkServer(keys)` listens on a port of its own; `keys` gives the client's JSON Web Key Set whenever it is asked. What the
server should do wrong is set in `faults`; what it was asked stands in `asked`.
"""

import json
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT = "bluering-client"
TRANSACTION_TIME = "2026-03-10T00:00:00Z"
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class Faults:
    """What goes wrong. Lists are used up one by one; each says what the next answer of that kind does."""

    busy: deque[tuple[int, str]] = field(default_factory=deque)  # (status, Retry-After) before the next answers
    not_yet: deque[tuple[str, str]] = field(default_factory=deque)  # (Retry-After, X-Progress) of the next looks
    cuts: deque[int] = field(default_factory=deque)  # the next downloads break off after so many bytes
    token_seconds: int = 300
    forget_tokens: bool = False  # every token is refused at its second use
    ranges: bool = True
    open_files: bool = False  # requiresAccessToken: false, and whoever sends one is refused
    gone_once: bool = False  # the first export is forgotten when it is asked for
    wrong_count: int = 0
    pages: int = 1
    seconds: float = 0.0  # how long each file takes


class BulkServer:
    """The server. `files` are (kind, type, bytes); change `etag` to say that they are others now."""

    def __init__(self, keys: Callable[[], dict[str, Any]]) -> None:
        self.keys, self.faults = keys, Faults()
        self.files: list[tuple[str, str, bytes]] = []
        self.etag = '"one"'
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.counts: Counter[str] = Counter()
        self.used: set[str] = set()
        self.tokens: dict[str, list[float]] = {}
        self.exports: set[str] = set()
        self.cancelled: set[str] = set()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.origin = f"http://127.0.0.1:{self._http.server_port}"
        self.base = f"{self.origin}/fhir"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> "BulkServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def paths(self, method: str = "GET") -> list[str]:
        """What was asked, without parameters."""
        return [urlsplit(path).path for how, path, _ in self.asked if how == method]

    def give_token(self, form: dict[str, list[str]]) -> tuple[int, dict]:
        """An access token for a rightly signed assertion, once."""
        given = {name: values[0] for name, values in form.items()}
        if given.get("grant_type") != "client_credentials" or given.get("client_assertion_type") != BEARER:
            return 400, {"error": "invalid_request"}
        try:
            claims = self.checked(given.get("client_assertion", ""))
        except (jwt.PyJWTError, KeyError, ValueError):
            return 401, {"error": "invalid_client"}
        if claims["jti"] in self.used or not given.get("scope"):
            return 400, {"error": "invalid_request"}
        self.used.add(claims["jti"])
        token = f"token-{len(self.used)}"
        self.tokens[token] = [time.time() + self.faults.token_seconds, 0]
        return 200, {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": self.faults.token_seconds,
            "scope": given["scope"],
        }

    def checked(self, assertion: str) -> dict:
        """The claims, if the signature is the client's and they say what they must."""
        head = jwt.get_unverified_header(assertion)
        (jwk,) = [key for key in self.keys()["keys"] if key["kid"] == head["kid"]]
        if head["alg"] not in ("ES384", "RS384") or "d" in jwk:
            raise ValueError("not an algorithm of SMART, or a private key")
        claims = jwt.decode(
            assertion, jwt.PyJWK(jwk).key, algorithms=[head["alg"]], audience=f"{self.origin}/token",
            options={"require": ["iss", "sub", "aud", "exp", "jti"]},
        )  # fmt: skip
        if not claims["iss"] == claims["sub"] == CLIENT or claims["exp"] > time.time() + 300:
            raise ValueError("not this client, or good for too long")
        return claims

    def knows(self, header: str) -> bool:
        """Whether this Authorization is good now."""
        until, uses = self.tokens.get(header.removeprefix("Bearer "), (0.0, 0))
        if time.time() >= until or (self.faults.forget_tokens and uses >= 1):
            return False
        self.tokens[header.removeprefix("Bearer ")][1] += 1
        return True

    def begin(self) -> str:
        """A new export's address."""
        with self._lock:
            self.counts["exports"] += 1
            name = f"/exports/{self.counts['exports']}"
            self.exports.add(name)
        return name

    def manifest(self, name: str, page: int) -> dict:
        """What is there to fetch; spread over pages when asked."""
        listed: dict[str, Any] = {"output": [], "deleted": [], "error": []}
        for number, (kind, type_, data) in enumerate(self.files):
            if number % self.faults.pages == page:
                count = data.count(b"\n") + self.faults.wrong_count
                listed[kind].append({"type": type_, "url": f"{self.origin}/files/{number}", "count": count})
        more = page + 1 < self.faults.pages
        links = {"link": [{"relation": "next", "url": f"{self.origin}{name}?page={page + 1}"}]} if more else {}
        said = {
            "transactionTime": TRANSACTION_TIME,
            "request": self.base,
            "requiresAccessToken": not self.faults.open_files,
        }
        return said | listed | links


def _handler(server: BulkServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Tests read `asked`, not stderr."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            server.asked.append(("POST", self.path, dict(self.headers)))
            if self.path == "/token":
                self._json(*server.give_token(parse_qs(body)))
            else:
                self._json(404, {})

        def do_DELETE(self) -> None:
            server.asked.append(("DELETE", self.path, dict(self.headers)))
            if not server.knows(self.headers.get("Authorization", "")):
                return self._json(401, {})
            server.cancelled.add(self.path)
            return self._json(202, {})

        def do_GET(self) -> None:
            server.asked.append(("GET", self.path, dict(self.headers)))
            parts = urlsplit(self.path)
            if parts.path == "/fhir/.well-known/smart-configuration":
                told = {"token_endpoint": f"{server.origin}/token", "capabilities": ["permission-v2"]}
                return self._json(200, told)
            if server.faults.busy:
                status, wait = server.faults.busy.popleft()
                return self._json(status, {"resourceType": "OperationOutcome"}, {"Retry-After": wait} if wait else {})
            told = self.headers.get("Authorization", "")
            if parts.path.startswith("/files/") and server.faults.open_files:
                return self._json(400, {}) if told else self._file(int(parts.path.rpartition("/")[2]))
            if not server.knows(told):
                return self._json(401, {})
            return self._resource(parts.path, parse_qs(parts.query))

        def _resource(self, path: str, query: dict[str, list[str]]) -> None:
            if path.endswith("$export"):
                return self._begin(query)
            if path in server.exports:
                return self._look(path, int(query.get("page", ["0"])[0]))
            if path.startswith("/files/"):
                return self._file(int(path.rpartition("/")[2]))
            return self._json(
                404, {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}
            )

        def _begin(self, query: dict[str, list[str]]) -> None:
            if self.headers.get("Prefer") != "respond-async" or "fhir+json" not in self.headers.get("Accept", ""):
                return self._json(400, {"issue": [{"code": "invalid"}]})
            if set(query) - {"_since", "_type", "_outputFormat"}:
                return self._json(400, {"issue": [{"code": "not-supported"}]})
            return self._json(202, {}, {"Content-Location": f"{server.origin}{server.begin()}"})

        def _look(self, name: str, page: int) -> None:
            if server.faults.gone_once:
                server.faults.gone_once = False
                server.exports.discard(name)
                return self._json(404, {})
            if server.faults.not_yet:
                wait, progress = server.faults.not_yet.popleft()
                said = {"X-Progress": progress} | ({"Retry-After": wait} if wait else {})
                return self._json(202, {}, said)
            return self._json(200, server.manifest(name, page))

        def _file(self, number: int) -> None:
            data = server.files[number][2]
            start, told = 0, self.headers.get("Range", "")
            if server.faults.ranges and told and self.headers.get("If-Range") == server.etag:
                start = int(told.removeprefix("bytes=").rstrip("-"))
            if start >= len(data) and start:
                return self._json(416, {})
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            if server.faults.ranges:
                self.send_header("ETag", server.etag)
            self.send_header("Content-Type", "application/fhir+ndjson")
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            rest = data[start:]
            if not server.faults.cuts:
                with suppress(BrokenPipeError, ConnectionResetError):
                    self._slowly(rest)
                return None
            self.wfile.write(rest[: server.faults.cuts.popleft()])
            self.close_connection = True
            return None

        def _slowly(self, data: bytes) -> None:
            size = max(len(data) // 50, 1)
            for start in range(0, len(data), size):
                self.wfile.write(data[start : start + size])
                time.sleep(server.faults.seconds / 50)

        def _json(self, status: int, value: dict, headers: dict[str, str] | None = None) -> None:
            body = json.dumps(value).encode()
            with suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(status)
                for name, said in {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(body)),
                    **(headers or {}),
                }.items():
                    self.send_header(name, said)
                self.end_headers()
                self.wfile.write(body)

    return Handler
