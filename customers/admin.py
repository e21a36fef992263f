from customers.console.access_pages import AccessRecordAdmin, TombstoneAdmin
from customers.console.assignment_pages import AssignmentAdmin
from customers.console.assignment_rules import AssignmentRuleAdmin
from customers.console.channels import ChannelAdmin
from customers.console.contact_ways import ContactWayAdmin
from customers.console.custom_fields import CustomFieldAdmin
from customers.console.duplicate_pages import DuplicatePairAdmin
from customers.console.merge_pages import CustomerMergeAdmin
from customers.console.outcome_pages import TransferItemAdmin
from customers.console.pages import CustomerAdmin
from customers.console.privacy_settings import PrivacySettingAdmin
from customers.console.stages import StageAdmin
from customers.console.transfer_pages import TransferJobAdmin
from customers.console.view_pages import CustomerViewAdmin

__all__ = [
    "AccessRecordAdmin",
    "AssignmentAdmin",
    "AssignmentRuleAdmin",
    "ChannelAdmin",
    "ContactWayAdmin",
    "CustomFieldAdmin",
    "CustomerAdmin",
    "CustomerMergeAdmin",
    "CustomerViewAdmin",
    "DuplicatePairAdmin",
    "PrivacySettingAdmin",
    "StageAdmin",
    "TombstoneAdmin",
    "TransferItemAdmin",
    "TransferJobAdmin",
]
