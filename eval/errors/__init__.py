"""What is wrong with predictions, and what each kind of error costs: the strict metrics, taken apart."""
