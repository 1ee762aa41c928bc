"""The test kit: a Paydesk for tests, buyers who stand in for people, and an inbox for webhooks.

`plugin.py` gives them to pytest as fixtures. Nothing of the server needs this package, and it needs
pytest in the plugin alone.
"""
