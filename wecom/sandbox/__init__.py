"""A WeCom of one's own: a company in memory, its API over HTTP and its callbacks. See docs/sandbox.md."""
