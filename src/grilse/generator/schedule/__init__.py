"""The plan of a history: which batch stands where and when."""
