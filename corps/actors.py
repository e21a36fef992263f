"""Who acts: a person in the console, a service with a key, or the system itself."""

from dataclasses import dataclass, field
from typing import Any

from corps.choices import Role, Sight


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who reads or writes, as the rules and querysets see them.

    Attributes:
        kind: ``user``, ``api`` or ``system``.
        corp_id: the corp this actor is bound to; None only for a superuser, who sees every corp, and for the system.
        acts: names from ``policy.Act`` that are allowed.
        role: a person's role; None for services.
        employee_id: the employee this person is, if any: "own customers" are this employee's.
        rate: requests a minute, None for the default of its kind.
        sight: how much of customers' mobiles and unionids is shown.
        people: the employees whose customers they see, where that has been looked up already.
    """

    kind: str
    id: int
    corp_id: int | None
    acts: frozenset[str] = field(default_factory=frozenset)
    role: Role | None = None
    employee_id: int | None = None
    rate: int | None = None
    sight: Sight = Sight.FULL
    people: tuple[int, ...] | None = None
    # DRF and Django ask these of whatever stands in request.user.
    is_authenticated: bool = True
    is_anonymous: bool = False
    is_active: bool = True

    @property
    def label(self) -> str:
        """``user:7``: how events and logs name the actor without saying who it is."""
        return self.kind if self.kind == "system" else f"{self.kind}:{self.id}"

    @property
    def sees_all_corps(self) -> bool:
        return self.corp_id is None

    @property
    def pk(self) -> int:
        return self.id

    def may(self, act: str) -> bool:
        return act in self.acts


SYSTEM = Actor(kind="system", id=0, corp_id=None)


def caller(request: Any) -> Actor | None:
    """Who sent this API request; None for one without credentials."""
    return request.user
