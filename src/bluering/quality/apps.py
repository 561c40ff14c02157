from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "bluering.quality"
    label = "quality"
