"""The console's pages of SOPs, reminders and stops."""
