"""Workbooks: the office's sheets by openpyxl, the long ones streamed."""
