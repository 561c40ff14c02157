"""A browser for the tests of the door for machines."""

import pytest


@pytest.fixture
def as_user(client):
    """A browser in which this user is logged in."""

    def log_in(user):
        client.force_login(user)
        return client

    return log_in
