from customers.console.pages import CustomerAdmin

__all__ = ["CustomerAdmin"]
