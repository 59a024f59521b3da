"""The world file: geographies, sites, containers and stores of a generated company."""
