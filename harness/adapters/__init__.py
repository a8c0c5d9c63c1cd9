"""The only code that speaks to an ERP: one package each, found through the registry."""
