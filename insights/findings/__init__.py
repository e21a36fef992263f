"""Insights (客户洞察): sentences that follow from data, each with its evidence. docs/adding-an-insight.md adds one."""
