"""Services shaped like OData V4 and V2: SAP S/4HANA and NetWeaver, SAP CAP, Dynamics 365 and others."""
