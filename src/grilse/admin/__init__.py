"""The back office: Django's admin, which changes rows by the actions of the apps."""
