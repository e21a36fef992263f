"""How far the company has come with its customers (客户阶段): the set of stages, and who is in which."""

from customers.stages.keeping import create_stage, delete_stage, update_stage
from customers.stages.setting import set_stage

__all__ = ["create_stage", "delete_stage", "set_stage", "update_stage"]
