"""The console's pages of statistics: the reports of ``/api/v1/stats`` as tables and charts."""
