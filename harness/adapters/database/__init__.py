"""Any database that SQLAlchemy speaks to, read-only: tables are the models."""
