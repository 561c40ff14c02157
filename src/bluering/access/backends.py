"""How somebody signs in: a username and a password, throttled by `throttling`. Each try is an audit event."""

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied

from bluering.access import audit, throttling
from bluering.access.models import User


class ThrottledBackend(ModelBackend):
    """Checks a password unless this username has to wait at this address; while waiting, the right one fails too.

    Pages ask `throttling.waits_until` to say for how long. Raising PermissionDenied keeps other backends from trying.
    """

    def authenticate(self, request, username=None, password=None, **kwargs):
        if username is None or password is None:
            return None
        address = request.META.get("REMOTE_ADDR", "") if request else ""
        if throttling.waits_until(username, address):
            raise PermissionDenied("Too many tries.")
        user = super().authenticate(request, username=username, password=password, **kwargs)
        return _admitted(user, username, address) if user else _refused(username, address)


def _admitted(user: User, username: str, address: str) -> User:
    throttling.succeeded(username, address)
    audit.record(user, "user.log_in", detail=address)
    return user


def _refused(username: str, address: str) -> None:
    """The event names an account only when it exists: what was typed may have been a password."""
    throttling.failed(username, address)
    known = User.objects.filter(username=username.strip()).first()
    audit.record(known, "user.log_in_failed", detail=address)
