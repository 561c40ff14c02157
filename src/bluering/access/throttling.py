"""After five failures in a row for a username from an address, that pair waits before it may try again.

The wait starts at one minute and doubles with each further failure, up to an hour. A success forgets the failures, and
so does a day without any.
"""

from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from bluering.access.models import LogInAttempt

FREE_FAILURES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


def waits_until(username: str, address: str) -> datetime | None:
    """The moment this pair may try again; None when it may now."""
    attempt = LogInAttempt.objects.filter(username=_key(username), address=address).first()
    if attempt is None or attempt.wait_until is None or attempt.wait_until <= timezone.now():
        return None
    return attempt.wait_until


def failed(username: str, address: str) -> None:
    """Count a failure, and set the wait from the fifth on."""
    now = timezone.now()
    LogInAttempt.objects.filter(last_failed_at__lt=now - FORGOTTEN_AFTER).delete()
    attempt, _ = LogInAttempt.objects.get_or_create(username=_key(username), address=address)
    row = LogInAttempt.objects.filter(pk=attempt.pk)
    row.update(failures=F("failures") + 1, last_failed_at=now)
    attempt.refresh_from_db(fields=["failures"])
    if attempt.failures >= FREE_FAILURES:
        row.update(wait_until=now + _wait(attempt.failures))


def succeeded(username: str, address: str) -> None:
    LogInAttempt.objects.filter(username=_key(username), address=address).delete()


def _wait(failures: int) -> timedelta:
    doublings = min(failures - FREE_FAILURES, 10)
    return min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)


def _key(username: str) -> str:
    return username.strip().lower()[:150]
