from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    name = "anju.kernel.telemetry"
    label = "telemetry"
    verbose_name = "实时监测"
