"""Telling colleagues of warnings by a message in WeCom: kept as rows first, sent by whoever takes them, each once."""
