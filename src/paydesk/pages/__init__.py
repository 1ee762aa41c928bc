"""The pages that a buyer sees: HTML in, HTML out."""
