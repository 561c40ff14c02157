"""Accounts."""

from bluering.access.models import User


def test_the_first_account_is_an_administrator(db):
    assert User.objects.create_superuser("root", password="correct horse staple").role == "administrator"


def test_a_new_account_has_no_role(db):
    assert User.objects.create_user("new").role == ""


def test_a_name_falls_back_to_the_username():
    assert User(username="ana").name == "ana"
