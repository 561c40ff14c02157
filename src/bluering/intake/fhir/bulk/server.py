"""A FHIR server that we ask: every request with our token, every hindrance told as Later, Gone or BadInput."""

import contextlib
from collections.abc import Iterator

import httpx

from bluering.errors import BadInput
from bluering.intake.fhir.bulk.answers import document, refuse
from bluering.intake.fhir.bulk.errors import Later
from bluering.intake.fhir.bulk.tokens import Registration, access_token, forget_token

FHIR_JSON = "application/fhir+json"
TIMEOUT = httpx.Timeout(60.0, connect=20.0)
HERE = {"localhost", "127.0.0.1", "::1"}


def checked_address(url: str) -> str:
    """The FHIR base without its last slash. Raises BadInput unless it is https, or a server on this machine."""
    parts = httpx.URL(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.host in HERE):
        return url.rstrip("/")
    raise BadInput(f"{url}: not an https address. Data about people is only fetched over https.")


class Server:
    """One server, by its FHIR base and how it knows us. Use as a context: it holds connections."""

    def __init__(self, base_url: str, who: Registration) -> None:
        self.base_url, self.who = checked_address(base_url), who
        self.http = httpx.Client(timeout=TIMEOUT, follow_redirects=True, headers={"User-Agent": "bluering"})

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @property
    def host(self) -> str:
        """The server's name, as messages say it."""
        return httpx.URL(self.base_url).host

    def ask(
        self, url: str, *, method: str = "GET", accept: str = FHIR_JSON, params: dict | None = None, **headers: str
    ) -> httpx.Response:
        """One answer, read to its end; header names are given with _ for -. Raises Later when the line is cut or nobody answers."""
        named = {"Accept": accept} | {name.replace("_", "-"): value for name, value in headers.items()}
        with self.opened(url, method=method, params=params, headers=named) as answer:
            answer.read()
        return answer

    def resource(self, url: str, *, params: dict | None = None, matter: str = "does not answer as we asked") -> dict:
        """A resource as the answer; anything else is refused in words."""
        answer = self.ask(url, params=params)
        if answer.status_code != 200:
            refuse(answer, matter)
        return document(answer)

    @contextlib.contextmanager
    def opened(
        self,
        url: str,
        *,
        headers: dict[str, str],
        method: str = "GET",
        params: dict | None = None,
        with_token: bool = True,
    ) -> Iterator[httpx.Response]:
        """An answer that can be read bit by bit; a token that ran out is renewed once."""
        try:
            answer = self._send(method, url, headers, params, with_token)
            if answer.status_code == 401 and with_token and self.who.client_id:
                answer.close()
                forget_token(self.base_url, self.who)
                answer = self._send(method, url, headers, params, with_token)
            with contextlib.closing(answer):
                yield answer
        except httpx.TransportError as problem:
            raise Later(
                f"the line to {httpx.URL(url).host} broke off or nobody answered ({type(problem).__name__})"
            ) from None

    def _send(
        self, method: str, url: str, headers: dict[str, str], params: dict | None, with_token: bool
    ) -> httpx.Response:
        if with_token and self.who.client_id:
            checked_address(url)
            token = access_token(self.http, self.base_url, self.who)
            headers = headers | {"Authorization": f"Bearer {token}"}
        return self.http.send(self.http.build_request(method, url, headers=headers, params=params), stream=True)
