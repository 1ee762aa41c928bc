"""Who else may be asked about tax: the seam to a service of the merchant's own."""
