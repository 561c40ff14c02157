"""Our key pairs, by which servers know us: made here, private halves kept here, public halves shown to everybody.

Rotation: a new key is shown beside the old ones at once and signs an hour later, when every server has had time to look again.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from bluering.paths import home

MAKE: dict[str, Callable[[], Any]] = {
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RS384": lambda: rsa.generate_private_key(public_exponent=65537, key_size=3072),
}
SHOWN_FIRST_SECONDS = 3_600
KEPT = 2


@dataclass(frozen=True)
class Key:
    """One key pair: its id (`kid`), its algorithm, where its private half lies, and when it was made (seconds since 1970)."""

    kid: str
    algorithm: str
    path: Path
    made_at: float

    def private(self) -> Any:
        """The private half."""
        return serialization.load_pem_private_key(self.path.read_bytes(), password=None)

    def public(self) -> dict[str, Any]:
        """The public half as a JSON Web Key."""
        to_jwk = ECAlgorithm.to_jwk if self.algorithm == "ES384" else RSAAlgorithm.to_jwk
        jwk = to_jwk(self.private().public_key(), as_dict=True)
        return jwk | {"kid": self.kid, "alg": self.algorithm, "use": "sig", "key_ops": ["verify"]}


def signing_key(algorithm: str, now: float | None = None) -> Key:
    """The key to sign with: the newest that has been shown for an hour, else the oldest there is; made when there is none."""
    keys = [key for key in kept_keys() if key.algorithm == algorithm] or [make_key(algorithm, now)]
    old_enough = [key for key in keys if key.made_at <= (now or time.time()) - SHOWN_FIRST_SECONDS]
    return old_enough[-1] if old_enough else keys[0]


def rotate(now: float | None = None) -> list[Key]:
    """A new key of each algorithm; of the older ones the newest stays, so that whoever signs with it is still known."""
    made = [make_key(algorithm, now) for algorithm in MAKE]
    for algorithm in MAKE:
        for old in [key for key in kept_keys() if key.algorithm == algorithm][:-KEPT]:
            old.path.unlink(missing_ok=True)
    return made


def jwks() -> dict[str, list[dict[str, Any]]]:
    """The public halves of all keys, as a JSON Web Key Set; both algorithms have one."""
    for algorithm in MAKE:
        signing_key(algorithm)
    return {"keys": [key.public() for key in kept_keys()]}


def kept_keys() -> list[Key]:
    """Every key that is here, the oldest first."""
    return sorted((_named(path) for path in _folder().glob("*.pem")), key=lambda key: (key.made_at, key.kid))


def make_key(algorithm: str, now: float | None = None) -> Key:
    """A new key pair, on the disk before it is used; only this installation's user can read it."""
    made_at = int((now or time.time()) * 1000)
    path = _folder() / f"{made_at}-{algorithm}-{os.urandom(6).hex()}.pem"
    pem = MAKE[algorithm]().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    partial = path.with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(path)
    return _named(path)


def _named(path: Path) -> Key:
    made_at, algorithm, _ = path.stem.split("-")
    return Key(path.stem, algorithm, path, int(made_at) / 1000)


def _folder() -> Path:
    folder = home() / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
