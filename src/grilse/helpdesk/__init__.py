"""Tickets, how long they may wait, and who hears of it when they wait longer."""
