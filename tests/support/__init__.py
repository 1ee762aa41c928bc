"""What tests of the whole server share."""
