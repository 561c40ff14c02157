from django.apps import AppConfig


class PopulationConfig(AppConfig):
    name = "bluering.population"
    label = "population"
