"""Paydesk: a self-hosted checkout that speaks Stripe's language."""
