"""Indicators 指标: tables of them, tables with totals, and quantities proposed from texts."""
