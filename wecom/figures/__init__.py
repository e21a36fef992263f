"""WeCom's own statistics, read into tables of ours."""
