"""What WeCom calls us for: stored and answered at once (views.py), worked off later (drain.py).

docs/decisions/0021-callbacks.md tells why.
"""
