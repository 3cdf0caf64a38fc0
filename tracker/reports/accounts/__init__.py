"""Reports, circulars and summaries as data, frozen data and pages."""
