"""Give customers whom nobody follows to employees (分配), by rules that a person wrote."""

from customers.assigning.planning import plan
from customers.assigning.rules import create_rule, delete_rule, update_rule
from customers.assigning.running import assign_one, run

__all__ = ["assign_one", "create_rule", "delete_rule", "plan", "run", "update_rule"]
