"""What people do: in the clients, in the admin pages, on the customer's phone."""
