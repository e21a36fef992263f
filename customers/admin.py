from customers.console.assignment_pages import AssignmentAdmin
from customers.console.assignment_rules import AssignmentRuleAdmin
from customers.console.channels import ChannelAdmin
from customers.console.contact_ways import ContactWayAdmin
from customers.console.outcome_pages import TransferItemAdmin
from customers.console.pages import CustomerAdmin
from customers.console.transfer_pages import TransferJobAdmin

__all__ = [
    "AssignmentAdmin",
    "AssignmentRuleAdmin",
    "ChannelAdmin",
    "ContactWayAdmin",
    "CustomerAdmin",
    "TransferItemAdmin",
    "TransferJobAdmin",
]
