"""What one application of facts changed here."""

from dataclasses import dataclass, field

SAMPLE = 50


@dataclass(slots=True)
class Tally:
    """What one application changed, in rows: for reports and progress. Kinds of change by name."""

    new: int = 0
    changed: int = 0
    same: int = 0
    ended: int = 0
    refused: int = 0
    # The first few differences in words that hold ids only, for the dry run.
    sample: list[str] = field(default_factory=list)
    # WeCom's ids of tags that the catalogue lacks, and (external userid, userid) of pairs that aren't known: what was
    # said of them is not applied. Read the catalogue, or the customer, and apply the same again.
    unknown_tags: set[str] = field(default_factory=set)
    unknown_pairs: set[tuple[str, str]] = field(default_factory=set)

    def add(self, other: "Tally") -> "Tally":
        """Count the other in."""
        self.new += other.new
        self.changed += other.changed
        self.same += other.same
        self.ended += other.ended
        self.refused += other.refused
        self.sample = (self.sample + other.sample)[:SAMPLE]
        self.unknown_tags |= other.unknown_tags
        self.unknown_pairs |= other.unknown_pairs
        return self
