"""Ways to look at the customer list that people keep (我的视图). They are the console's own: no event tells of them."""

from customers.listviews.defaults import make_default
from customers.listviews.keeping import change_view, delete_view, save_view
from customers.listviews.passing import keep_condition, lay_out

__all__ = ["change_view", "delete_view", "keep_condition", "lay_out", "make_default", "save_view"]
