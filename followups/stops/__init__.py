"""What ends an SOP from our side, and how the operation service is told."""

from followups.stops.asking import check

__all__ = ["check"]
