"""Group chats given to another owner: what may go, the jobs, and what became of each chat (decision 0030).

Nothing here calls anybody: whoever executes a job (wecom/group_transfers) takes its items by ``claiming`` and tells
what came of them by ``settling``.
"""
