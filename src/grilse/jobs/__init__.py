"""Work that takes longer than a request should: asked for, done by a worker, kept with what came of it."""
