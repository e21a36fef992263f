"""What the record holds of what happened with customers: each module reads some tables, ``WITNESSES`` names all."""

from insights.timeline.record.made import Made
from insights.timeline.record.witnesses import WITNESSES

__all__ = ["WITNESSES", "Made"]
