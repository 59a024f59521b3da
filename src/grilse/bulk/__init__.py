"""Arrays to and from PostgreSQL (binary COPY) and Parquet, without knowledge of the application's tables."""
