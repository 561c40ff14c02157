from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "bluering.rosters"
    label = "rosters"
