/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Pieces of a public film from and to its other viewers (p2p-media-loader).
 * Loaded only where the page says that the viewer agreed, which it does by
 * these attributes of the video:
 *
 *	data-tracker	where viewers find each other (a WebSocket)
 *	data-swarms	info hashes of the renditions, in the playlist's order
 *	data-playlist	the address that names the swarms
 *	data-hashes	the SHA-256 of each piece, {FILE: {"FIRST-LAST": HEX}}
 *	data-stun	servers for finding one's own address, a JSON list
 */
import { HlsJsP2PEngine } from "p2p-media-loader-hlsjs";
import { swarmHashes } from "p2p-media-loader-core";
import { digest, fetchHashes } from "./hashes.js";

/* Seconds and megabytes; by the library's own bounds each viewer would fetch
 * the whole film. What plays soon comes from the server: who is alone has more
 * of it ahead, for there is nobody else to get it from. */
const soon = 10;
const soonAlone = 30;
const bounds = {
	highDemandTimeWindow: soon,
	httpDownloadTimeWindow: 0,
	p2pDownloadTimeWindow: 120,
	segmentMemoryStorageLimit: 256,
};

/* True only for exactly what the server says the piece is; without its words
 * nothing is taken from others. */
function validator(url) {
	const coming = fetchHashes(url).catch(() => ({}));

	return async (url, range, data) => {
		const hashes = await coming;
		const name = new URL(url, location.href).pathname.split("/").pop();
		const wanted = range ? hashes[name]?.[`${range.start}-${range.end}`] :
			hashes[name];

		return typeof wanted === "string" && await digest(data) === wanted;
	};
}

/* Who pays for each byte, sends none. */
function isMetered() {
	const { type, saveData } = navigator.connection || {};

	return type === "cellular" || saveData === true;
}

/* The same pieces from mirrors: what p2p-media-loader asks, of whom it does. */
function mirroredHttp(mirrors) {
	const last = new Map();
	const key = (url, range) => `${url} ${range?.start}`;

	return {
		setup(url, range, signal, wanted) {
			const [place] = mirrors.places(url, range);

			last.set(key(url, range), place);
			return new Request(place, { signal, headers: wanted ?
				{ Range: `bytes=${wanted.start}-${wanted.end ?? ""}` } :
				{} });
		},
		check: (url, range, data) => mirrors.check(url, range, data),
		onError({ segment: { url, byteRange }, downloadSource }) {
			const place = last.get(key(url, byteRange));

			if (downloadSource === "http" && place)
				mirrors.failed(place);
		},
	};
}

/* How far hls.js looks ahead beside so many others. */
function ahead(others) {
	const maxBufferLength = others ? soon : soonAlone;

	return { maxBufferLength, maxMaxBufferLength: maxBufferLength };
}

/* `http`: mirroredHttp(), or undefined. */
function options(dataset, validateP2PSegment, count, http) {
	const connected = new Set();
	const meet = (hls, change, { peerId }) => {
		connected[change](peerId);
		Object.assign(hls.config, ahead(connected.size));
		count("peers", connected.size);
	};

	return {
		...ahead(0),
		p2p: {
			core: {
				...bounds,
				swarmId: dataset.playlist,
				announceTrackers: [dataset.tracker],
				rtcConfig: { iceServers: JSON.parse(dataset.stun)
					.map(urls => ({ urls })) },
				isP2PUploadDisabled: isMetered(),
				validateP2PSegment,
				validateHTTPSegment: http?.check,
				httpRequestSetup: http?.setup,
			},
			onHlsJsCreated(hls) {
				const engine = hls.p2pEngine;

				engine.addEventListener("onChunkDownloaded",
					(bytes, source) => count(source, bytes));
				engine.addEventListener("onChunkUploaded",
					bytes => count("up", bytes));
				engine.addEventListener("onPeerConnect",
					peer => meet(hls, "add", peer));
				engine.addEventListener("onPeerClose",
					peer => meet(hls, "delete", peer));
				if (http)
					engine.addEventListener("onSegmentError",
						http.onError);
			},
		},
	};
}

/*
 * What stream() takes: a class that is Hls with peers, and its options. Throws
 * where it cannot be. `count` is told of bytes as they come: (bytes, "p2p" or
 * "http"), and of ("peers", number).
 */
export function peers(Hls, { dataset }, count) {
	if (!crypto.subtle || !window.RTCPeerConnection)
		throw new Error("Nothing can be shared here.");
	const validateP2PSegment = validator(dataset.hashes);

	dataset.swarms.split(" ").forEach((hash, level) =>
		swarmHashes.set(`v2-${dataset.playlist}-main-${level}`, hash));
	return {
		player: HlsJsP2PEngine.injectMixin(Hls),
		options: mirrors => options(dataset, validateP2PSegment, count,
			mirrors && mirroredHttp(mirrors)),
	};
}
