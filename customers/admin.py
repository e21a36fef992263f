from customers.console.channels import ChannelAdmin
from customers.console.pages import CustomerAdmin

__all__ = ["ChannelAdmin", "CustomerAdmin"]
