"""What there is to know of a relation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one relation as of a moment.

    Attributes:
        kept: whole days since the stay began.
        silent: whole days since anything was heard: the beginning, a follow-up, a call or message, the joining of a
            group chat.
        recent: follow-ups, and days with calls or messages, of the last 30 days.
        earlier: those of the 60 days before those.
        groups: group chats that the customer is in.
        groups_left: group chats that they left by themselves in the last 90 days.
        left_before: earlier stays, with anybody here, that the customer ended.
        colleagues: other employees whose friend they are.
        tags: on the customer for this employee, or for nobody in particular; None where it isn't known.
    """

    kept: int
    silent: int
    recent: int = 0
    earlier: int = 0
    groups: int = 0
    groups_left: int = 0
    left_before: int = 0
    colleagues: int = 0
    tags: int | None = None
