"""The HTTP face: bracket forms in, Stripe's JSON out."""
