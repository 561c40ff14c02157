from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "bluering.web"
    label = "web"
