"""One story per function: load, let the core decide, save, and say what happened."""
