from corps.admin.accounts import ApiAccountAdmin
from corps.admin.staff import CorpAdmin, DepartmentAdmin, EmployeeAdmin
from corps.admin.users import UserAdmin

__all__ = ["ApiAccountAdmin", "CorpAdmin", "DepartmentAdmin", "EmployeeAdmin", "UserAdmin"]
