"""How large a condition may be: what one statement, one page and one reader can bear."""

DEPTH = 8
NODES = 200
# Of one list, and of all lists together: SQLite takes 32,766 parameters in a statement.
VALUES, ALL_VALUES = 500, 5_000
BYTES = 64 * 1024
# Of segments that name segments: how deep, and of how many parts all that they ask may be together.
NAMED_DEPTH, NAMED_NODES = 4, 400
TEXT = 200
NUMBER = 10**12
DAYS = 36_500
TIMES = 1_000
YEARS = (1900, 2999)
