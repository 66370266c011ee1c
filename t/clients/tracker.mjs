// SPDX-License-Identifier: AGPL-3.0-or-later
// The client of bittorrent-tracker, as browsers bundle it, with a stand-in for
// WebRTC that makes up its sessions: node tracker.mjs MODULES URL INFOHASH PEERID
// Takes commands on standard input (start update complete scrape stop), prints
// an event a line.
import { register } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const [modules, announce, infoHash, peerId] = process.argv.slice(2)

const rtc = `
let nr = 0
class Channel {
	constructor () { this.readyState = 'connecting'; this.label = 'x' }
	close () {}
	send () {}
}
export class RTCPeerConnection {
	constructor () {
		this.iceGatheringState = 'new'
		this.signalingState = 'stable'
		this.iceConnectionState = 'new'
		this.connectionState = 'new'
	}
	createDataChannel () { return new Channel() }
	async createOffer () { return { type: 'offer', sdp: 'offer ' + nr++ + ' \\u00e9\\r\\n' } }
	async createAnswer () { return { type: 'answer', sdp: 'answer to ' + this.remoteDescription.sdp } }
	async setLocalDescription (d) {
		this.localDescription = d
		this.iceGatheringState = 'complete'
		setTimeout(() => this.onicecandidate?.({ candidate: null }), 1)
	}
	async setRemoteDescription (d) { this.remoteDescription = d }
	async addIceCandidate () {}
	async getStats () { return [] }
	close () {}
}
export const RTCSessionDescription = Object
export const RTCIceCandidate = Object
`
register('data:text/javascript,' + encodeURIComponent(`
export async function resolve (name, context, next) {
	if (name !== 'webrtc-polyfill') return next(name, context)
	return { url: ${JSON.stringify('data:text/javascript,' + encodeURIComponent(rtc))}, shortCircuit: true }
}`))

// How long it waits before it comes back is ten seconds and, by chance, up to
// five minutes more.
Math.random = () => 0

const { default: Client } = await import(pathToFileURL(`${modules}/bittorrent-tracker/client.js`))
const say = event => process.stdout.write(JSON.stringify(event) + '\n')
const client = new Client({ infoHash, peerId, port: 1, announce: [announce] })
client.on('error', error => say({ error: error.message }))
client.on('warning', error => say({ warning: error.message }))
client.on('update', ({ complete, incomplete }) => say({ complete, incomplete }))
client.on('scrape', ({ complete, incomplete, downloaded }) => say({ scrape: { complete, incomplete, downloaded } }))
client.on('peer', peer => {
	const signal = peer.signal
	peer.signal = data => {
		say({ peer: peer.id, [data.type]: data.sdp })
		signal.call(peer, data)
	}
	peer.on('error', () => {})
})
createInterface({ input: process.stdin }).on('line', line => client[line]())
	.on('close', () => process.exit())
setTimeout(() => process.exit(), 300000)
