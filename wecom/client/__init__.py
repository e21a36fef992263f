"""WeCom's server API: one small function per call, over one transport (docs/decisions/0023)."""
