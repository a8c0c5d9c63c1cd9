// What is offered at /odata/v4/sales and /odata/v2/sales, and who may do what.
using sales from './sales';

@requires: 'authenticated-user'
service SalesService {
  @odata.singleton @readonly
  entity SystemInfo { key Name : String(20); Version : String(20); }

  @cds.query.limit: { default: 50, max: 200 }
  @restrict: [{ grant: 'READ' }, { grant: ['CREATE', 'UPDATE'], to: ['sales', 'admin'] }, { grant: 'DELETE', to: 'admin' }]
  entity BusinessPartners as projection on sales.BusinessPartners;

  @restrict: [{ grant: 'READ' }, { grant: '*', to: 'admin' }]
  entity Materials as projection on sales.Materials;

  @restrict: [
    { grant: 'READ' },
    { grant: ['CREATE', 'UPDATE', 'quote', 'release'], to: ['sales', 'admin'] },
    { grant: 'bill', to: ['accounting', 'admin'] },
    { grant: 'DELETE', to: 'admin' }
  ]
  entity SalesOrders as projection on sales.SalesOrders actions {
    action quote();
    action release();
    action bill(BillingDate : Date not null);
  };

  @restrict: [{ grant: 'READ' }, { grant: ['CREATE', 'UPDATE', 'DELETE'], to: ['sales', 'admin'] }]
  entity SalesOrderItems as projection on sales.SalesOrderItems;

  @restrict: [{ grant: 'READ' }, { grant: 'postGoodsIssue', to: ['stock', 'admin'] }]
  entity OutboundDeliveries as projection on sales.OutboundDeliveries actions {
    action postGoodsIssue(GoodsIssueDate : Date not null);
  };

  @readonly entity DeliveryItems as projection on sales.DeliveryItems;

  @restrict: [{ grant: 'READ', to: ['sales', 'accounting', 'admin'] }, { grant: 'postToLedger', to: ['accounting', 'admin'] }]
  entity CustomerInvoices as projection on sales.CustomerInvoices actions {
    action postToLedger();
  };

  @readonly entity InvoiceItems as projection on sales.InvoiceItems;

  @restrict: [{ grant: 'READ', to: ['accounting', 'admin'] }]
  entity JournalEntries as projection on sales.JournalEntries;
  @restrict: [{ grant: 'READ', to: ['accounting', 'admin'] }]
  entity JournalLines as projection on sales.JournalLines;

  @requires: ['accounting', 'admin']
  action receivePayment(InvoiceNumber : String(10) not null, Amount : Decimal(15, 2) not null, PaidOn : Date not null);
}
