"""Calls and messages between employees and customers (沟通记录), told by whoever carries them."""

from followups.communications.recording import record

__all__ = ["record"]
