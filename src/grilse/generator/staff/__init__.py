"""The staff of a generated company: its people, their journeys and visits, journals and tickets."""
