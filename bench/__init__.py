"""Paydesk beside its yardsticks, in one run: `make bench`."""
