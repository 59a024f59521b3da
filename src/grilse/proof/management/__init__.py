"""Commands of the proof for projects that have `manage.py`."""
