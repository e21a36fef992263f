"""The doors of ``/api/v1/stats``."""
