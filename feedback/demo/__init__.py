"""The demo organisation: people, rooms and meetings around the present moment, made through the services."""
