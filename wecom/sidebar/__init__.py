"""How an employee's own page within WeCom is entered, and may use the client: login (OAuth2) and the JS-SDK's tickets.

What the page shows is above: ``insights.sidebar``, led to by its URL name.
"""
