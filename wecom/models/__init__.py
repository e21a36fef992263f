"""The tables of the wall: the connected apps, what they were told, what is being read, what may not be called now."""

from wecom.models.app import WecomApp
from wecom.models.archive import MessageArchive
from wecom.models.closure import ApiClosure
from wecom.models.drift import DriftCheck
from wecom.models.notice import Notice
from wecom.models.receipt import CallbackReceipt
from wecom.models.run import SyncRun
from wecom.models.ticket import PageTicket

__all__ = [
    "ApiClosure",
    "CallbackReceipt",
    "DriftCheck",
    "MessageArchive",
    "Notice",
    "PageTicket",
    "SyncRun",
    "WecomApp",
]
