"""Follow-ups from a file, with their authors and times: checked, then written, each line once."""

from followups.importing.storing import bring_in

__all__ = ["bring_in"]
