from customers.console.outcome_pages import TransferItemAdmin
from customers.console.pages import CustomerAdmin
from customers.console.transfer_pages import TransferJobAdmin

__all__ = ["CustomerAdmin", "TransferItemAdmin", "TransferJobAdmin"]
