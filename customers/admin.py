from customers.console.pages import CustomerAdmin
from customers.console.transfer_pages import TransferItemAdmin, TransferJobAdmin

__all__ = ["CustomerAdmin", "TransferItemAdmin", "TransferJobAdmin"]
