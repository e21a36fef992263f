"""The full sync: all of a company read from WeCom, page by page (docs/decisions/0022-full-sync.md)."""
