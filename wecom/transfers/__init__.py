"""Transfers carried out in WeCom: what is sent, what came of it, what is carried over. The rows are customers'."""
