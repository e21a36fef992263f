from customers.console.channels import ChannelAdmin
from customers.console.contact_ways import ContactWayAdmin
from customers.console.pages import CustomerAdmin

__all__ = ["ChannelAdmin", "ContactWayAdmin", "CustomerAdmin"]
