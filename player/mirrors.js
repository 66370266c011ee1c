/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Copies of a film's files on other servers (redundancy), which share the load
 * and stand in for a place that is down. The page names them:
 *
 *	data-mirrors	folders that have the files of the playlist's
 *	data-mirror-hashes	the SHA-256 of each piece, {FILE: {"FIRST-LAST": HEX}}
 *
 * Pieces come from any of the places, and one that is not what the film's own
 * server says of it is taken from another. Playlists and what else has no hash
 * come from a mirror only where the film's own server does not answer.
 */
import { digest, fetchHashes } from "./hashes.js";

const restMs = 30000;
const answerMs = 8000;

function shuffled(list) {
	return list.map(item => [Math.random(), item])
		.sort(([a], [b]) => a - b).map(([, item]) => item);
}

/* Where the files of a video are; undefined: nowhere but at its server.
 * `playlist` is there. A range is { start, end }, both in it. */
export function mirrorsOf({ dataset }, playlist) {
	if (!dataset.mirrors)
		return undefined;
	const home = new URL(".", new URL(playlist, location.href)).href;
	const folders = [home, ...dataset.mirrors.split(" ").map(url => `${url}/`)];
	const resting = new Map();
	let hashes = {};

	fetchHashes(crypto.subtle && dataset.mirrorHashes)
		.then(found => { hashes = found; }).catch(() => {});
	const isResting = folder => resting.get(folder) > performance.now();
	const hashOf = (url, range) => range &&
		hashes[url.slice(home.length)]?.[`${range.start}-${range.end}`];

	return {
		/* All URLs that a file's may stand for, those to try first first. */
		places(url, range) {
			if (!url.startsWith(home) || url.includes("?"))
				return [url];
			const order = hashOf(url, range) ? shuffled(folders) : folders;
			const rested = order.filter(folder => !isResting(folder));

			return [...rested, ...order.filter(isResting)]
				.map(folder => folder + url.slice(home.length));
		},
		failed(place) {
			const folder = folders.find(one => place.startsWith(one));

			resting.set(folder, performance.now() + restMs);
		},
		/* Whether bytes are what they should be, where that is known. */
		async check(url, range, data) {
			const wanted = hashOf(url, range);

			return !wanted || await digest(data) === wanted;
		},
	};
}

/* A place that does not answer soon is left for the next one, at once; the last
 * one is as patient as hls.js is. */
function impatient(config) {
	const { loadPolicy } = config;

	return { ...config, loadPolicy: { ...loadPolicy,
		maxTimeToFirstByteMs: Math.min(answerMs,
			loadPolicy.maxTimeToFirstByteMs),
		timeoutRetry: null, errorRetry: null } };
}

function rangeOf({ rangeStart, rangeEnd }) {
	return rangeEnd ? { start: rangeStart || 0, end: rangeEnd - 1 } : undefined;
}

function isPlaylist({ responseType }, { data }) {
	return responseType !== "text" || data.startsWith("#EXTM3U");
}

/* A loader of hls.js (its interface Loader) that tries one place after the
 * other by loaders of the class Loader. */
export function mirrored(Loader, mirrors) {
	return class {
		constructor(config) {
			this.make = () => new Loader(config);
			this.inner = this.make();
			this.context = null;
			this.isOver = false;
		}

		get stats() { return this.inner.stats; }
		set stats(stats) { this.inner.stats = stats; }

		load(context, config, callbacks) {
			this.context = context;
			this.callbacks = callbacks;
			this.left = mirrors.places(context.url, rangeOf(context));
			this.next(config);
		}

		next(config) {
			const place = this.left.shift();
			const { context, callbacks } = this;
			const goOn = tell => (...what) => this.isLeft(place) ?
				this.next(config) : tell(...what);
			const onError = goOn((error, old, details, stats) =>
				callbacks.onError(error, context, details, stats));
			const onTimeout = goOn((stats, old, details) =>
				callbacks.onTimeout(stats, context, details));

			if (this.inner.context)
				this.replace();
			this.inner.load({ ...context, url: place },
				this.left.length ? impatient(config) : config, {
					...callbacks, onError, onTimeout,
					onSuccess: (response, stats, old, details) =>
						this.take(response, details, onError),
				});
		}

		/* hls.js keeps the statistics that it was given first. */
		replace() {
			const { stats } = this;

			this.inner.destroy();
			this.inner = this.make();
			this.inner.stats = Object.assign(stats, this.inner.stats);
		}

		/* Notes that a place has failed; whether there is another. */
		isLeft(place) {
			mirrors.failed(place);
			return this.left.length > 0 && !this.isOver;
		}

		async take(response, details, onError) {
			const { context, callbacks, stats } = this;
			const isRight = isPlaylist(context, response) &&
				await mirrors.check(context.url, rangeOf(context),
					response.data);

			if (this.isOver)
				return;
			if (isRight)
				callbacks.onSuccess({ ...response, url: context.url },
					stats, context, details);
			else
				onError({ code: 0, text: "not what it should be" },
					context, details, stats);
		}

		abort() {
			this.isOver = true;
			this.inner.abort();
		}

		destroy() {
			this.isOver = true;
			this.inner.destroy();
		}
	};
}
