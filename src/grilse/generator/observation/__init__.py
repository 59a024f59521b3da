"""The records that people and sensors make of a batch, by table."""
