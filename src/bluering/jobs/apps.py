from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "bluering.jobs"
    label = "jobs"
