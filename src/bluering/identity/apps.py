from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "bluering.identity"
    label = "identity"
