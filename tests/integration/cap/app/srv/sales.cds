// A small sales company, in names of its own: orders, deliveries, invoices and the ledger behind them.
namespace sales;

type Money : Decimal(15, 2);
type Quantity : Decimal(13, 3);

aspect versioned {
  ChangedAt : Timestamp @odata.etag @cds.on.insert: $now @cds.on.update: $now;
}

entity BusinessPartners : versioned {
  key PartnerId   : String(10) @readonly;
      Name        : String(80) @mandatory;
      Street      : String(80);
      PostalCode  : String(10);
      City        : String(40);
      Country     : String(2);
      Email       : String(80);
      CreditLimit : Money default 5000.50;
      Loyalty     : Int64 default 9007199254740993; // one more than a binary float can hold
      CreatedOn   : Date default '2026-01-31';
}

entity Materials {
  key MaterialNumber : String(18);
      Description    : String(80);
      BaseUnit       : String(3);
      ListPrice      : Money;
      OnHand         : Quantity;
      Density        : Decimal(34, 20); // more digits than a binary float can hold
      Stocktaking    : DateTime;
      OpensAt        : Time;
      Picture        : Binary(16);
      Fragile        : Boolean;
}

entity SalesOrders : versioned {
  key OrderNumber       : String(10) @readonly;
      Partner           : Association to BusinessPartners @mandatory;
      DocumentDate      : Date @mandatory;
      CustomerReference : String(40);
      Currency          : String(3) default 'CNY';
      Status            : String(10) default 'Draft' @readonly;
      DeliveryStatus    : String(10) default 'None' @readonly;
      BillingStatus     : String(10) default 'None' @readonly;
      NetAmount         : Money @readonly;
      TaxAmount         : Money @readonly;
      GrossAmount       : Money @readonly;
      Items             : Composition of many SalesOrderItems on Items.Order = $self;
}

entity SalesOrderItems {
  key Order     : Association to SalesOrders;
  key Position  : Integer;
      Material  : Association to Materials @mandatory;
      Quantity  : Quantity @mandatory @assert.range: [(0), _];
      Unit      : String(3) @readonly;
      NetPrice  : Money;
      NetAmount : Money @readonly;
      TaxCode   : String(8) @readonly;
}

entity OutboundDeliveries : versioned {
  key DeliveryNumber : String(10);
      Order          : Association to SalesOrders;
      Status         : String(10);
      GoodsIssueDate : Date;
      Items          : Composition of many DeliveryItems on Items.Delivery = $self;
}

entity DeliveryItems {
  key Delivery : Association to OutboundDeliveries;
  key Position : Integer;
      Material : Association to Materials;
      Quantity : Quantity;
      Unit     : String(3);
      Plant    : String(10);
      ShipTo   : String(10);
}

entity CustomerInvoices : versioned {
  key InvoiceNumber : String(10);
      Order         : Association to SalesOrders;
      Partner       : Association to BusinessPartners;
      Status        : String(10);
      BillingDate   : Date;
      Currency      : String(3);
      NetAmount     : Money;
      TaxAmount     : Money;
      GrossAmount   : Money;
      OpenAmount    : Money;
      Items         : Composition of many InvoiceItems on Items.Invoice = $self;
}

entity InvoiceItems {
  key Invoice   : Association to CustomerInvoices;
  key Position  : Integer;
      Material  : Association to Materials;
      Account   : String(10);
      Quantity  : Quantity;
      NetPrice  : Money;
      NetAmount : Money;
      TaxCode   : String(8);
}

entity JournalEntries {
  key EntryNumber : String(10);
      Invoice     : Association to CustomerInvoices;
      Status      : String(10);
      Journal     : String(10);
      Period      : String(7);
      PostingDate : Date;
      Lines       : Composition of many JournalLines on Lines.Entry = $self;
}

entity JournalLines {
  key Entry    : Association to JournalEntries;
  key Position : Integer;
      Account  : String(10);
      Debit    : Money;
      Credit   : Money;
      Partner  : Association to BusinessPartners;
      DueDate  : Date;
}
