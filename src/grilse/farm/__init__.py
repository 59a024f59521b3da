"""What stands still: sites, containers, stores, sensors."""
