"""Jobs: work that takes longer than a request; users submit it, a worker runs it and stores the result."""
