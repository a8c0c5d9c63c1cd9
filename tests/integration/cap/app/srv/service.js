// What the sales company does with its documents.
const cds = require('@sap/cds')

const PLANT = 'Plant 1000'
const TAX = { code: 'V13', percent: 13n }
const ACCOUNTS = { receivables: '112200', revenue: '600100', tax: '222101', bank: '100200' }

// Money is counted in whole cents: a binary float is no amount.
const cents = (amount) => {
  const [, sign, whole, rest = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(amount))
  return BigInt(`${sign}${whole}${rest.padEnd(2, '0').slice(0, 2)}`)
}
const amount = (value) => {
  const digits = String(value < 0n ? -value : value).padStart(3, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
const rounded = (value, by) => (2n * value + by) / (2n * by)
const thousandths = (quantity) => {
  const [whole, rest = ''] = String(quantity).split('.')
  return BigInt(whole + rest.padEnd(3, '0').slice(0, 3))
}
const later = (day, days) => new Date(Date.parse(day) + days * 86400000).toISOString().slice(0, 10)

module.exports = class SalesService extends cds.ApplicationService {
  async init() {
    const { BusinessPartners, Materials, SalesOrders, OutboundDeliveries, CustomerInvoices, JournalEntries } =
      cds.entities('sales')
    const series = {}
    const number = (name) => `${name}${String((series[name] = (series[name] ?? 0) + 1)).padStart(6, '0')}`
    const one = async (entity, key, req) =>
      (await SELECT.one.from(entity).where(key)) ?? req.reject(404, `No such document: ${Object.values(key)}`)
    const expect = (document, status, req) =>
      document.Status === status || req.reject(409, `Status ${status} expected, found ${document.Status}`, 'Status')

    this.on('READ', 'SystemInfo', () => ({ Name: 'CAP', Version: cds.version }))

    this.before('CREATE', 'BusinessPartners', (req) => { req.data.PartnerId = number('BP') })

    this.before('CREATE', 'SalesOrders', async (req) => {
      const order = req.data
      order.OrderNumber = number('SO')
      let net = 0n
      for (const [place, item] of (order.Items ?? []).entries()) {
        const material = await one(Materials, { MaterialNumber: item.Material_MaterialNumber }, req)
        const price = item.NetPrice ?? material.ListPrice
        const line = rounded(cents(price) * thousandths(item.Quantity), 1000n)
        Object.assign(item, { Position: (place + 1) * 10, Unit: material.BaseUnit, NetPrice: price, TaxCode: TAX.code })
        item.NetAmount = amount(line)
        net += line
      }
      const tax = rounded(net * TAX.percent, 100n)
      Object.assign(order, { NetAmount: amount(net), TaxAmount: amount(tax), GrossAmount: amount(net + tax) })
    })

    this.on('quote', 'SalesOrders', async (req) => {
      const [key] = req.params
      const order = await one(SalesOrders, key, req)
      expect(order, 'Draft', req)
      const items = await SELECT.from('sales.SalesOrderItems').where({ Order_OrderNumber: order.OrderNumber })
      if (!items.length) return req.reject(422, 'An order without items cannot be offered', 'Items')
      await UPDATE(SalesOrders, key).set({ Status: 'Offered' })
    })

    this.on('release', 'SalesOrders', async (req) => {
      const [key] = req.params
      expect(await one(SalesOrders, key, req), 'Offered', req)
      const items = await SELECT.from('sales.SalesOrderItems').where({ Order_OrderNumber: key.OrderNumber })
      await INSERT.into(OutboundDeliveries).entries({
        DeliveryNumber: number('DL'),
        Order_OrderNumber: key.OrderNumber,
        Status: 'Planned',
        Items: items.map(({ Position, Material_MaterialNumber, Quantity, Unit }) => (
          { Position, Material_MaterialNumber, Quantity, Unit, Plant: PLANT, ShipTo: 'Customer' }))
      })
      await UPDATE(SalesOrders, key).set({ Status: 'Released', DeliveryStatus: 'Open', BillingStatus: 'Open' })
    })

    this.on('postGoodsIssue', 'OutboundDeliveries', async (req) => {
      const [key] = req.params
      const delivery = await one(OutboundDeliveries, key, req)
      expect(delivery, 'Planned', req)
      const items = await SELECT.from('sales.DeliveryItems').where({ Delivery_DeliveryNumber: key.DeliveryNumber })
      for (const item of items) {
        const left = { MaterialNumber: item.Material_MaterialNumber, OnHand: { '>=': item.Quantity } }
        const taken = await UPDATE(Materials).set({ OnHand: { '-=': item.Quantity } }).where(left)
        if (!taken) return req.reject(409, `Not enough of ${item.Material_MaterialNumber} on hand`, 'Quantity')
      }
      await UPDATE(OutboundDeliveries, key).set({ Status: 'Issued', GoodsIssueDate: req.data.GoodsIssueDate })
      await UPDATE(SalesOrders, delivery.Order_OrderNumber).set({ DeliveryStatus: 'Complete' })
    })

    this.on('bill', 'SalesOrders', async (req) => {
      const [key] = req.params
      const order = await one(SalesOrders, key, req)
      if (order.DeliveryStatus !== 'Complete') return req.reject(409, 'The order is not delivered', 'DeliveryStatus')
      if (order.BillingStatus !== 'Open') return req.reject(409, 'The order is billed', 'BillingStatus')
      const items = await SELECT.from('sales.SalesOrderItems').where({ Order_OrderNumber: order.OrderNumber })
      const { Partner_PartnerId, Currency, NetAmount, TaxAmount, GrossAmount } = order
      await INSERT.into(CustomerInvoices).entries({
        InvoiceNumber: number('IV'), Order_OrderNumber: order.OrderNumber, Partner_PartnerId, Status: 'Open',
        BillingDate: req.data.BillingDate, Currency, NetAmount, TaxAmount, GrossAmount, OpenAmount: GrossAmount,
        Items: items.map(({ Position, Material_MaterialNumber, Quantity, NetPrice, NetAmount, TaxCode }) => (
          { Position, Material_MaterialNumber, Account: ACCOUNTS.revenue, Quantity, NetPrice, NetAmount, TaxCode }))
      })
      await UPDATE(SalesOrders, key).set({ BillingStatus: 'Billed' })
    })

    const journal = (invoice, name, day, lines) => INSERT.into(JournalEntries).entries({
      EntryNumber: number('FI'), Invoice_InvoiceNumber: invoice.InvoiceNumber, Status: 'Posted', Journal: name,
      Period: day.slice(0, 7), PostingDate: day,
      Lines: lines.map((line, place) => ({ Position: place + 1, Debit: '0.00', Credit: '0.00', ...line }))
    })

    this.on('postToLedger', 'CustomerInvoices', async (req) => {
      const [key] = req.params
      const invoice = await one(CustomerInvoices, key, req)
      expect(invoice, 'Open', req)
      const { Partner_PartnerId, BillingDate, GrossAmount, NetAmount, TaxAmount } = invoice
      await journal(invoice, 'Sales', BillingDate, [
        { Account: ACCOUNTS.receivables, Debit: GrossAmount, Partner_PartnerId, DueDate: later(BillingDate, 30) },
        { Account: ACCOUNTS.revenue, Credit: NetAmount },
        { Account: ACCOUNTS.tax, Credit: TaxAmount }
      ])
      await UPDATE(CustomerInvoices, key).set({ Status: 'Posted' })
    })

    this.on('receivePayment', async (req) => {
      const key = { InvoiceNumber: req.data.InvoiceNumber }
      const invoice = await one(CustomerInvoices, key, req)
      expect(invoice, 'Posted', req)
      const paid = cents(req.data.Amount), open = cents(invoice.OpenAmount)
      if (paid <= 0n || paid > open) return req.reject(422, `The payment is not between 0 and ${amount(open)}`, 'Amount')
      const { Partner_PartnerId } = invoice
      await journal(invoice, 'Bank', req.data.PaidOn, [
        { Account: ACCOUNTS.bank, Debit: amount(paid) },
        { Account: ACCOUNTS.receivables, Credit: amount(paid), Partner_PartnerId }
      ])
      const settled = paid === open
      await UPDATE(CustomerInvoices, key).set({ OpenAmount: amount(open - paid), Status: settled ? 'Paid' : 'Posted' })
      if (settled) await UPDATE(SalesOrders, invoice.Order_OrderNumber).set({ BillingStatus: 'Paid' })
    })

    await super.init()

    cds.once('served', async () => {
      const names = Array.from({ length: Number(process.env.PARTNERS ?? 230) }, (_, place) => `Partner ${place + 1}`)
      await INSERT.into(BusinessPartners).entries(names.map((Name) => ({ PartnerId: number('BP'), Name, Country: 'CN' })))
      await INSERT.into(Materials).entries([1, 2, 3, 4, 5].map((place) => ({
        MaterialNumber: `MAT-0${place}`, Description: `物料 ${place}`, BaseUnit: 'PCE',
        ListPrice: amount(999n * BigInt(place)), OnHand: place === 2 ? '0' : '1000.000',
        Density: '0.12345678901234567891', Stocktaking: '2026-01-31T22:30:00Z', OpensAt: '08:30:00',
        Picture: Buffer.from([0, 255, place]), Fragile: place === 3
      })))
    })
  }
}
