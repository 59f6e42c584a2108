"""What the ticks of a span say: measures read in SQL, drawn as charts, listed as tables, exported."""
