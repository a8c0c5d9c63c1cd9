"""How bytes travel: HTTP, Tryton's typed JSON, OData, SQL. Nothing here knows a business word."""
