from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "bluering.access"
    label = "access"
