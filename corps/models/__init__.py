"""The company, its tree and people, and who may call for it."""

from corps.models.company import Corp
from corps.models.department import Department
from corps.models.idempotency import IdempotencyKey
from corps.models.membership import DepartmentMember
from corps.models.services import ApiAccount, ApiKey
from corps.models.staff import Employee
from corps.models.tickets import Ticket
from corps.models.users import User, UserManager

__all__ = [
    "ApiAccount",
    "ApiKey",
    "Corp",
    "Department",
    "DepartmentMember",
    "Employee",
    "IdempotencyKey",
    "Ticket",
    "User",
    "UserManager",
]
