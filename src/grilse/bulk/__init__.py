"""Arrays to and from PostgreSQL (binary COPY) and Parquet; knows tables, not what they mean."""
