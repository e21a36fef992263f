from customers.console.channels import ChannelAdmin
from customers.console.contact_ways import ContactWayAdmin
from customers.console.pages import CustomerAdmin
from customers.console.transfer_pages import TransferItemAdmin, TransferJobAdmin

__all__ = ["ChannelAdmin", "ContactWayAdmin", "CustomerAdmin", "TransferItemAdmin", "TransferJobAdmin"]
