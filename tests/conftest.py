"""What every test may use: a temporary home for what an installation writes, and the cast.

Ana coordinates the person; Ben coordinates others; Cleo is an administrator and reads no person; Dr. Dunn is a clinician;
Wen is the data steward and reads no person either.
"""

import os
import shutil
import tempfile

import django
import pytest

HOME = tempfile.TemporaryDirectory(prefix="bluering-tests-")
os.environ["BLUERING_HOME"] = HOME.name
# Django is set up here and not by pytest.ini, because the settings read BLUERING_HOME as they load.
os.environ["DJANGO_SETTINGS_MODULE"] = "bluering.settings"
django.setup()

PERSON = "7d0f3c52a9b14e0f8f2c6a5b1e9d4c30"


def pytest_unconfigure():
    HOME.cleanup()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Puts what needs a browser last: Playwright's loop stays in the thread, and Django refuses its database beside one."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def _user(username: str, role: str, name: str, credential: str = ""):
    from bluering.access.models import User

    return User.objects.create(username=username, role=role, display_name=name, credential=credential)


@pytest.fixture
def ana(db):
    """The coordinator who holds the person."""
    from datetime import date

    from bluering.coordination.models import Panel

    user = _user("ana", "coordinator", "Ana Ruiz", "RN")
    Panel.objects.create(person_id=PERSON, coordinator=user, since=date(2024, 1, 2))
    return user


@pytest.fixture
def ben(db):
    """A coordinator of other persons."""
    return _user("ben", "coordinator", "Ben Okafor", "MSW")


@pytest.fixture
def cleo(db):
    """An administrator: no persons."""
    return _user("cleo", "administrator", "Cleo Lind")


@pytest.fixture
def wen(db):
    """The data steward: what came in, no persons."""
    return _user("wen", "data_steward", "Wen Zhao")


@pytest.fixture
def dr(db):
    """A clinician of the practice."""
    return _user("dr", "clinician", "Dr. Dunn", "MD")


@pytest.fixture
def person_id() -> str:
    """The person on Ana's panel."""
    return PERSON


@pytest.fixture
def tesseract():
    """The program that reads pictures; without it such tests are skipped, except where everything has to run."""
    if not shutil.which("tesseract"):
        assert not os.environ.get("CI"), "no tesseract here"
        pytest.skip("tesseract-ocr is not installed on this machine")
