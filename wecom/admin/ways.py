"""What an operator can do about a contact way that WeCom refuses: the page stands below, the words are the wall's."""

from customers.admin import ContactWayAdmin
from wecom.client.codes import advice_on

ContactWayAdmin.advise = staticmethod(advice_on)
