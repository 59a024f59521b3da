"""Tickets, their due times, and their escalation."""
