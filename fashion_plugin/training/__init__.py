"""Training, evaluation and export of encoders."""
