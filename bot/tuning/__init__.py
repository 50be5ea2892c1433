"""Teaching a model with a community's best answers: what may be learned from, and how it is written out."""
