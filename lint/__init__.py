"""Checks of the project's own style, run by `make lint`: names and size, repeated code, words."""
