"""The pages of the wall in the console. One line each."""

from wecom.admin import apps as apps
from wecom.admin import archive as archive
from wecom.admin import commands as commands
from wecom.admin import drift as drift
from wecom.admin import group_transfers as group_transfers
from wecom.admin import notices as notices
from wecom.admin import receipts as receipts
from wecom.admin import runs as runs
from wecom.admin import ways as ways
