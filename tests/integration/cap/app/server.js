// As SAP systems do: whoever changes anything shows a token that was fetched in the same session before.
const { randomUUID } = require('node:crypto')
const cds = require('@sap/cds')

const READS = ['GET', 'HEAD', 'OPTIONS']
const tokens = new Map()

cds.on('bootstrap', (app) => {
  const listen = app.listen.bind(app)
  app.listen = (port) => listen(port, '127.0.0.1') // nobody else on the network

  app.use((req, res, next) => {
    const session = /(?:^|;\s*)sap_session=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1]
    const shown = req.headers['x-csrf-token']
    if (READS.includes(req.method)) {
      if (shown?.toLowerCase() === 'fetch') {
        const known = tokens.has(session) ? session : randomUUID()
        if (!tokens.has(known)) tokens.set(known, randomUUID())
        res.set('x-csrf-token', tokens.get(known))
        res.append('set-cookie', `sap_session=${known}; Path=/; HttpOnly`)
      }
      return next()
    }
    if (session && tokens.get(session) === shown) return next()
    res.status(403).set('x-csrf-token', 'Required').type('text/plain').send('CSRF token validation failed')
  })
})
