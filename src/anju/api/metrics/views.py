"""The route that Prometheus scrapes. A token of its own opens it; so does the session of a system administrator."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from anju.api.metrics.figures import Figures
from anju.kernel.access.permissions import requires
from anju.kernel.access.tokens.models import Opens
from anju.kernel.access.tokens.presenting import opened_by
from anju.kernel.telemetry.layout import Layout


@opened_by(Opens.METRICS)
@requires("metrics.view")
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """All figures in the text format 0.0.4."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(Layout.of(settings.DATA), timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
