"""Making the embedded model: material, nets, training."""
