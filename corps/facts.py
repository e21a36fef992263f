"""What the outside world says of a company's house, freed of its wording. The mirror of WeCom fills these in."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DepartmentFacts:
    """A department. ``parent_id`` is the parent's ``wecom_id``, 0 for a root; ``order``: larger first."""

    wecom_id: int
    name: str
    parent_id: int = 0
    order: int = 0


@dataclass(frozen=True, slots=True)
class EmployeeFacts:
    """A member. What is None was not told, and stays as it is here.

    Attributes:
        departments: (``wecom_id``, leads it) each.
        main_department: ``wecom_id`` of the main one.
        status: ``EmployeeStatus``.
    """

    userid: str
    name: str | None = None
    alias: str | None = None
    position: str | None = None
    status: int | None = None
    departments: tuple[tuple[int, bool], ...] | None = None
    main_department: int | None = None
    direct_leaders: tuple[str, ...] | None = None


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


SAMPLE = 50
