"""Who moves the money: the seam in `processor`, and the sandbox with its test cards behind it."""
