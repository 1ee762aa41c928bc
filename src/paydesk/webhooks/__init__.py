"""Bringing events to the merchant's endpoints: claim, prepare, send, record."""
