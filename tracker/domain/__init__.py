"""Pure rules: functions of values, with `now` passed in."""
