"""A small FHIR server for one patient's data: searches by patient in pages, `$everything` when offered, and as fussy as real ones."""

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = 2


class RestServer:
    """`resources` are what it holds; `needs` names a parameter without which a type's search is refused."""

    def __init__(self, *resources: dict, everything: bool = False) -> None:
        self.resources, self.everything = list(resources), everything
        self.needs: dict[str, str] = {}
        self.refuses: set[str] = set()
        self.busy: deque[tuple[int, str]] = deque()
        self.asked: list[str] = []
        self.next_host = ""
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.origin = f"http://127.0.0.1:{self._http.server_port}"
        self.base = f"{self.origin}/fhir"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> "RestServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def statement(self) -> dict:
        """What it offers: every type it holds, by patient."""
        kinds = sorted({one["resourceType"] for one in self.resources} | set(self.needs) | self.refuses)
        listed = [
            {"type": kind, "searchParam": [{"name": "patient", "type": "reference"}]}
            for kind in kinds
            if kind != "Patient"
        ]
        operations = {"operation": [{"name": "everything", "definition": "x"}]} if self.everything else {}
        return {
            "resourceType": "CapabilityStatement",
            "rest": [{"mode": "server", "resource": [{"type": "Patient"} | operations, *listed]}],
        }

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, dict]:
        """What a request gets."""
        words = path.removeprefix("/fhir/").split("/")
        if words == ["metadata"]:
            return 200, self.statement()
        if words[0] == "Patient":
            found = [one for one in self.resources if one["resourceType"] == "Patient" and one["id"] == words[1]]
            if not found or len(words) == 2:
                return (200, found[0]) if found else (404, {})
            return 200, self.page(path, query, self.resources)
        if words[0] in self.refuses or self.needs.get(words[0], "patient") not in query:
            return 400, {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "required"}]}
        return 200, self.page(path, query, [one for one in self.resources if one["resourceType"] == words[0]])

    def page(self, path: str, query: dict[str, str], found: list[dict]) -> dict:
        """A page of the search, the server's own remark among the entries, and a link to the next."""
        start = int(query.get("at", "0"))
        entries = [
            {"fullUrl": f"{self.base}/{one['resourceType']}/{one['id']}", "resource": one}
            for one in found[start : start + PAGE]
        ]
        outcome = {"resource": {"resourceType": "OperationOutcome", "issue": []}, "search": {"mode": "outcome"}}
        more = "&".join(f"{name}={value}" for name, value in (query | {"at": str(start + PAGE)}).items())
        links = (
            [{"relation": "next", "url": f"{self.next_host or self.origin}{path}?{more}"}]
            if start + PAGE < len(found)
            else []
        )
        return {
            "resourceType": "Bundle",
            "type": "searchset",
            "link": links,
            "entry": [*entries, *([outcome] if start == 0 else [])],
        }


def _handler(server: RestServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Tests read `asked`, not stderr."""

        def do_GET(self) -> None:
            server.asked.append(self.path)
            parts = urlsplit(self.path)
            wait = ""
            if server.busy:
                status, wait = server.busy.popleft()
                value: dict = {}
            else:
                status, value = server.answer(
                    parts.path, {name: said[0] for name, said in parse_qs(parts.query).items()}
                )
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Content-Length", str(len(body)))
            if wait:
                self.send_header("Retry-After", wait)
            self.end_headers()
            self.wfile.write(body)

    return Handler
