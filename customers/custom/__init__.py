"""Custom fields (自定义字段): what a company wants to know of its customers beside what every customer has."""

from customers.custom.changing import update_field
from customers.custom.keeping import create_field, delete_field
from customers.custom.setting import set_values

__all__ = ["create_field", "delete_field", "set_values", "update_field"]
