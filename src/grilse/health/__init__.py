"""Lice, treatments, health samples and causes of death."""
