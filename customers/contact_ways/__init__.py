"""Codes by which customers come (渠道活码): what they are here. The wall brings WeCom into step."""

from customers.contact_ways.changing import create_way, delete_way, retry_way, update_way
from customers.contact_ways.keeping import keep_duty, names_on
from customers.contact_ways.receiving import receive

__all__ = ["create_way", "delete_way", "keep_duty", "names_on", "receive", "retry_way", "update_way"]
