"""Pages of the floor and of the manager: tablet, day, people of a booking, plan, rundown."""
