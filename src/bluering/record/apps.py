from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "bluering.record"
    label = "record"
