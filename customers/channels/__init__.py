"""Where customers come from (来源): what a state or an add way is called, and how many came and stayed."""

from customers.channels.naming import create_channel, delete_channel, hold, name_state, update_channel

__all__ = ["create_channel", "delete_channel", "hold", "name_state", "update_channel"]
