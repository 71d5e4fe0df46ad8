#!/usr/bin/env node
// Take notices of a channel from mlops and deliver them: to a webhook, by e-mail or to a chat.
//
// Needs the package pg.  All settings come from the environment, see README.md.  A notice is delivered
// at least once, each time under the same key; any number of these may serve one channel.
'use strict'
const crypto = require('node:crypto')
const net = require('node:net')
const os = require('node:os')
const tls = require('node:tls')
const { Client } = require('pg')

const env = process.env
const [channel, consumer] = [env.MLOPS_CHANNEL, env.MLOPS_CONSUMER || `${os.hostname()}:${process.pid}`]
const poll = 1000 * Number(env.MLOPS_POLL || 30)
const timeout = 10000 // for one delivery; a batch of 4 fits into the lease of 60 seconds

class Failed extends Error {
  retryAfter = null // how many seconds the other side wants to be left alone
}

// Retry-After is a number of seconds or a date
function seconds (value) {
  if (!value) return null
  const wait = /^[\d.]+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), 86400) : null
}

async function post (url, body, headers) {
  let answer
  try {
    answer = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal: AbortSignal.timeout(timeout) })
    if (answer.ok) return await answer.text()
  } catch (e) {
    throw new Failed(`${e.name}: ${e.message}`)
  }
  const failed = new Failed(`${answer.status === 429 || answer.status >= 500 ? '' : 'permanent: '}HTTP ${answer.status}`)
  throw Object.assign(failed, { retryAfter: seconds(answer.headers.get('retry-after')) })
}

function text (body) {
  const lines = [`[${body.severity}] ${body.event}: ${body.title.replace(/\s+/g, ' ')}`]
  const parts = a => ['metric', 'column', 'slice', 'value', 'message'].filter(k => k in a).map(k => a[k])
  for (const a of body.alerts || []) lines.push(parts(a).join(' '))
  for (const i of body.incidents || []) lines.push(`${i.event}: ${i.title} (${i.monitor})`)
  for (const [name, url] of Object.entries(body.links || {})) lines.push(`${name}: ${url}`)
  if (body.acknowledge && body.event !== 'resolved') lines.push(body.acknowledge)
  return lines.join('\n')
}

async function webhook (notice) {
  const [body, stamp] = [JSON.stringify(notice), String(Math.floor(Date.now() / 1000))]
  const sign = crypto.createHmac('sha256', env.WEBHOOK_SECRET).update(`${stamp}.${body}`).digest('hex')
  await post(env.WEBHOOK_URL, body, {
    'Content-Type': 'application/json', 'Idempotency-Key': notice.key, 'Mlops-Timestamp': stamp, 'Mlops-Signature': `sha256=${sign}`
  })
}

// A conversation of lines: what is said, and the answer that is expected.  "" reads the greeting, null starts TLS.
const smtp = script => new Promise((resolve, reject) => {
  let [socket, heard] = [net.connect(Number(env.SMTP_PORT || 25), env.SMTP_HOST || 'localhost'), '']
  const fail = error => { socket.destroy(); reject(new Failed(error)) }
  const say = () => {
    if (script[0][0] === null) {
      script.shift()
      socket.removeAllListeners()
      socket = tls.connect({ socket, servername: env.SMTP_HOST })
      attend()
    }
    if (script[0][0]) socket.write(script[0][0] + '\r\n')
  }
  const attend = () => {
    socket.setTimeout(timeout, () => fail('timeout'))
    socket.on('error', e => fail(`${e.name}: ${e.message}`)).on('close', () => fail('connection closed')).on('data', data => {
      heard += data
      const code = /^(\d{3}) .*\r\n$/m.exec(heard)
      if (!code || !script.length) return // after QUIT
      heard = ''
      if (!code[1].startsWith(script.shift()[1])) return fail(`${code[1] >= 500 ? 'permanent: ' : ''}SMTP ${code[1]}`)
      if (script.length) return say()
      resolve(socket.end('QUIT\r\n'))
    })
  }
  attend()
})

async function mail (notice) {
  const word = s => `=?UTF-8?B?${Buffer.from(s).toString('base64')}?=`
  const subjects = text(notice.body).split('\n')[0].match(/.{1,10}/gu).slice(0, 20).map(word)
  const id = key => `<${key.replace(/:/g, '.')}@mlops>`
  const message = [`From: ${env.MAIL_FROM}`, `To: ${env.MAIL_TO}`, `Subject: ${subjects.join('\r\n ')}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`, `Message-ID: ${id(notice.key)}`, `In-Reply-To: ${id(notice.thread)}`,
    `References: ${id(notice.thread)}`, 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64', '', Buffer.from(text(notice.body)).toString('base64').replace(/.{76}/g, '$&\r\n'), '.']
  const hello = `EHLO ${os.hostname()}`
  const login = Buffer.from(`\0${env.SMTP_USER}\0${env.SMTP_PASSWORD}`).toString('base64')
  await smtp([['', '2'], [hello, '2'],
    ...(env.SMTP_USER ? [['STARTTLS', '2'], [null], [hello, '2'], [`AUTH PLAIN ${login}`, '2']] : []),
    [`MAIL FROM:<${env.MAIL_FROM}>`, '2'], ...env.MAIL_TO.split(',').map(to => [`RCPT TO:<${to.trim()}>`, '2']),
    ['DATA', '3'], [message.join('\r\n'), '2']])
}

async function chat (notice) {
  const said = text(notice.body).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  const answer = await post(env.CHAT_URL, JSON.stringify({ channel: env.CHAT_CHANNEL, text: said, thread_ts: notice.receipt }), {
    'Content-Type': 'application/json', 'Idempotency-Key': notice.key, Authorization: `Bearer ${env.CHAT_TOKEN || ''}`
  })
  const reply = answer.startsWith('{') ? JSON.parse(answer) : {} // a webhook of a chat says "ok" and knows no threads
  if (reply.ok === false) throw new Failed(`permanent: ${reply.error}`)
  return notice.receipt || reply.ts || null
}

const send = { webhook, email: mail, chat }[env.MLOPS_SEND]

async function work (client) {
  let [wake, heard] = [() => {}, false]
  const lost = new Promise((resolve, reject) => { client.on('error', reject).on('end', () => reject(new Error('connection lost'))) })
  lost.catch(() => {})
  client.on('notification', () => { heard = true; wake() })
  await client.connect()
  await client.query('LISTEN mlops_alert') // first listen, then look: nothing falls between
  for (;;) {
    heard = false
    const { rows } = await client.query("SELECT to_jsonb(n) AS notice FROM mlops.take_notices($1, $2, 4, '60 seconds') AS n", [channel, consumer])
    for (const { notice } of rows) {
      const result = [notice.notice_id, consumer, true, null, null, null]
      try {
        result[5] = await send(notice)
      } catch (e) {
        if (!(e instanceof Failed)) throw e
        result.splice(2, 3, false, e.message, e.retryAfter === null ? null : `${e.retryAfter} seconds`)
      }
      await client.query('SELECT mlops.finish_notice($1, $2, $3, $4, $5, $6)', result).catch(e => {
        if (e.code !== '55000') throw e
        console.error(e.message) // another has it by now
      })
    }
    if (!rows.length && !heard) await Promise.race([lost, new Promise(resolve => { wake = resolve; setTimeout(resolve, poll) })])
  }
}

(async () => {
  for (;;) {
    const client = new Client({ connectionString: env.MLOPS_DSN, keepAlive: true, connectionTimeoutMillis: timeout })
    await work(client).catch(e => console.error(e.message))
    client.end().catch(() => {})
    await new Promise(resolve => setTimeout(resolve, 1000))
  }
})()
