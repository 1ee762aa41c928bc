"""The inspector at `/inspector`: what happened, in pictures rather than logs."""
