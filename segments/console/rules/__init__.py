"""The console of rules that tag."""
