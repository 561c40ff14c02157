from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "bluering.coordination"
    label = "coordination"
