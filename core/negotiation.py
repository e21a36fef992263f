"""JSON is the only thing the API speaks, so there is nothing to negotiate."""

from typing import Any

from core.rendering import OrjsonRenderer

_RENDERER = OrjsonRenderer()


class JsonOnly:
    """For views on hot paths: skips DRF's matching of ``Accept`` against the one renderer there is."""

    def perform_content_negotiation(self, request: Any, force: bool = False) -> tuple[OrjsonRenderer, str]:
        return _RENDERER, _RENDERER.media_type
