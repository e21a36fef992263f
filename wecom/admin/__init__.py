"""The pages of the wall in the console. One line each."""
from wecom.admin import runs as runs
