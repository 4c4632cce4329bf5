"""What makes the model files; never imported by the product."""
