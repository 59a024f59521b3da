"""The back office: rows of every room, seen and changed under the rules of all doors."""
