"""The default alarms of section 8 as rows for the rule engine of telemetry. Pure."""
