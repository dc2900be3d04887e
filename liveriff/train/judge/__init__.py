"""How good a model is: figures against held-out material, a page of pictures, and what is wrong with the worst."""
