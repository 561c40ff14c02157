"""An access token by SMART Backend Services: we sign who we are, the server gives a token, and it is used until it runs out."""

import threading
import time
import uuid
from dataclasses import dataclass

import httpx
import jwt

from bluering.errors import BadInput
from bluering.intake.fhir.bulk.answers import document, refuse
from bluering.intake.fhir.bulk.keys import signing_key

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 240
SPARE_SECONDS = 30


@dataclass(frozen=True)
class Registration:
    """How a server knows us: our client id there, the algorithm that we sign with, and what we may ask (empty: all reading).

    Without a client id the server asks nobody who they are. `token_url` only where the server does not say it itself.
    """

    client_id: str = ""
    algorithm: str = "ES384"
    scope: str = ""
    token_url: str = ""


_tokens: dict[tuple[str, Registration], tuple[str, float]] = {}
_lock = threading.Lock()


def access_token(http: httpx.Client, base_url: str, who: Registration) -> str:
    """The token for this server, asked for when there is none that lasts. Raises BadInput when the server refuses, or Later."""
    with _lock:
        token, until = _tokens.get((base_url, who), ("", 0.0))
        if time.time() < until - SPARE_SECONDS:
            return token
        token, seconds = _ask(http, base_url, who)
        _tokens[base_url, who] = (token, time.time() + seconds)
        return token


def forget_token(base_url: str, who: Registration) -> None:
    """The server did not take it: the next request asks for a new one."""
    with _lock:
        _tokens.pop((base_url, who), None)


def _ask(http: httpx.Client, base_url: str, who: Registration) -> tuple[str, float]:
    """(token, seconds it lasts)."""
    token_url, scope = who.token_url, who.scope
    if not (token_url and scope):
        told = configuration(http, base_url)
        token_url, scope = token_url or told.get("token_endpoint", ""), scope or _all_reading(told)
    if not isinstance(token_url, str) or not token_url.startswith("http"):
        raise BadInput(f"{base_url}: the server does not say where tokens are given. Add the address with --token-url.")
    form = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_assertion_type": ASSERTION,
        "client_assertion": assertion(who, token_url),
    }
    answer = http.post(token_url, data=form, headers={"Accept": "application/json"})
    if answer.status_code != 200:
        refuse(
            answer,
            "gives us no token",
        )
    body = document(answer)
    token, seconds = body.get("access_token"), body.get("expires_in", 300)
    if not isinstance(token, str) or not token:
        raise BadInput(f"{httpx.URL(token_url).host}: the answer holds no access token. Ask the server's operator.")
    return token, float(seconds) if isinstance(seconds, int | float) else 300.0


def configuration(http: httpx.Client, base_url: str) -> dict:
    """What the server says about itself for SMART."""
    answer = http.get(f"{base_url}/.well-known/smart-configuration", headers={"Accept": "application/json"})
    if answer.status_code != 200:
        refuse(answer, "does not say at .well-known/smart-configuration how to log in")
    return document(answer)


def assertion(who: Registration, token_url: str, now: float | None = None) -> str:
    """Who we are, signed; good for four minutes and for one use."""
    key, moment = signing_key(who.algorithm), int(now or time.time())
    claims = {
        "iss": who.client_id,
        "sub": who.client_id,
        "aud": token_url,
        "iat": moment,
        "exp": moment + ASSERTION_SECONDS,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode(claims, key.private(), algorithm=who.algorithm, headers={"kid": key.kid})


def _all_reading(told: dict) -> str:
    """Reading everything, in the words of the server's version of SMART."""
    known = [*_list(told, "scopes_supported"), *_list(told, "capabilities")]
    second = "permission-v2" in known or any(str(one).endswith((".rs", ".cruds")) for one in known)
    return "system/*.rs" if second else "system/*.read"


def _list(told: dict, name: str) -> list:
    value = told.get(name)
    return value if isinstance(value, list) else []
