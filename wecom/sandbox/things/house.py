"""The company's apps, departments and members."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class App:
    """One of the company's apps, with how its callbacks are signed.

    Attributes:
        sees: departments in its visible range, with all below them; None for everybody.
        customers: may call the customer API (可调用接口的应用); otherwise 48002.
        contacts: the contact-sync app, the only one that may call user/list_id.
    """

    agent_id: int
    secret: str
    token: str = ""
    aes_key: str = ""
    sees: list[int] | None = None
    customers: bool = True
    contacts: bool = False
    enabled: bool = True


@dataclass(slots=True)
class Department:
    id: int
    name: str
    parentid: int = 1
    order: int = 0
    name_en: str = ""


@dataclass(slots=True)
class Employee:
    """A member. ``leads``: departments led. ``contact``: has the customer-contact function. ``status`` 5: has left.

    ``greeted``: the administrators have set a welcome message, so events bring no WelcomeCode.
    ``verified``: has given a real name, without which nobody takes over customers (40098).
    """

    userid: str
    name: str
    departments: list[int]
    leads: list[int] = field(default_factory=list)
    position: str = ""
    gender: str = "0"
    alias: str = ""
    direct_leader: list[str] = field(default_factory=list)
    status: int = 1
    left_at: int | None = None
    contact: bool = True
    verified: bool = True
    greeted: bool = False
    customer_limit: int = 20_000
