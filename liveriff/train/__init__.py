"""The embedded model's material, training and evaluation. Not imported when the instrument plays."""
