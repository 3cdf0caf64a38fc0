"""The site itself: its database, calendar, first start, demo and examination."""
