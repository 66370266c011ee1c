// SPDX-License-Identifier: AGPL-3.0-or-later
// The tracker of bittorrent-tracker, for browsers: node tracker_server.mjs MODULES
// Prints its port, then a line for each viewer who comes.
import { pathToFileURL } from 'node:url'

const [modules] = process.argv.slice(2)
const { default: Server } = await import(pathToFileURL(`${modules}/bittorrent-tracker/server.js`))
const server = new Server({ udp: false, http: true, ws: true, stats: false })
const say = line => process.stdout.write(`${line}\n`)
server.on('error', error => say(error.message))
server.on('warning', error => say(error.message))
server.on('start', () => say('start'))
server.http.listen(0, '127.0.0.1', () => say(server.http.address().port))
setTimeout(() => process.exit(), 300000)
