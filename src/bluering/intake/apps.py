from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "bluering.intake"
    label = "intake"
