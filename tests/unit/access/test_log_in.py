"""Signing in, and having to wait after failures."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from django.utils import timezone

from bluering.access import throttling
from bluering.access.models import AuditEvent, LogInAttempt

BACKEND = ["bluering.access.backends.ThrottledBackend"]
HERE = "10.0.0.7"


@pytest.fixture(autouse=True)
def backend(settings):
    settings.AUTHENTICATION_BACKENDS = BACKEND
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def account(ana):
    ana.set_password("correct horse staple")
    ana.save()
    return ana


def log_in(password: str, address: str = HERE, username: str = "ana"):
    request = RequestFactory().post("/log-in/", REMOTE_ADDR=address)
    return authenticate(request, username=username, password=password)


def fail(times: int) -> None:
    for _ in range(times):
        log_in("wrong")


def test_the_right_password_signs_in(account):
    assert log_in("correct horse staple") == account


def test_four_failures_do_not_wait(account):
    fail(4)
    assert log_in("correct horse staple") == account


def test_after_five_failures_the_right_password_has_to_wait(account):
    fail(5)
    assert log_in("correct horse staple") is None


def test_the_same_username_elsewhere_does_not_wait(account):
    fail(5)
    assert log_in("correct horse staple", address="10.0.0.8") == account


def test_writing_the_username_in_capitals_does_not_help(account):
    fail(5)
    assert throttling.waits_until(" ANA ", HERE)


def test_after_the_wait_it_works_again(account):
    fail(5)
    LogInAttempt.objects.update(wait_until=timezone.now())
    assert log_in("correct horse staple") == account


def test_a_success_forgets_the_failures(account):
    fail(4)
    log_in("correct horse staple")
    assert not LogInAttempt.objects.exists()


def test_tries_while_waiting_are_not_counted(account):
    fail(9)
    assert LogInAttempt.objects.get().failures == 5


def test_failures_are_forgotten_after_a_day(account):
    fail(4)
    LogInAttempt.objects.update(last_failed_at=timezone.now() - timedelta(days=2))
    fail(1)
    assert LogInAttempt.objects.get().failures == 1


@pytest.mark.parametrize(("failures", "minutes"), [(5, 1), (6, 2), (7, 4), (30, 60)])
def test_the_wait_doubles_up_to_an_hour(failures, minutes):
    assert throttling._wait(failures) == timedelta(minutes=minutes)


def test_a_closed_account_does_not_sign_in(account):
    account.is_active = False
    account.save()
    assert log_in("correct horse staple") is None


def test_signing_in_and_failing_are_audited(account):
    fail(1)
    log_in("correct horse staple")
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "user__username")) == [
        ("user.log_in_failed", "ana"),
        ("user.log_in", "ana"),
    ]


def test_what_was_typed_as_an_unknown_username_is_not_kept(account):
    log_in("wrong", username="my password by mistake")
    event = AuditEvent.objects.get()
    assert event.user is None and event.detail == HERE
