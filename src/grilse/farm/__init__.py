"""Places: geographies, sites, halls, containers, feed stores and sensors."""
