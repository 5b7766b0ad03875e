"""Addresses of telemetry."""

urlpatterns = []
