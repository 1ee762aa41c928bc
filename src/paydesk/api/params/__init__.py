"""The parameters of every request, as types: what Stripe accepts, in Stripe's grammar."""
