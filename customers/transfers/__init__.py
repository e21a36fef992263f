"""Customers handed over from one employee to others: what is asked for, who can go, how each attempt ends.

These rules know rows. ``wecom/transfers`` carries them out there and tells them what came of it.
"""
