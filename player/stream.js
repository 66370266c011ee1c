/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Where the pictures come from: HLS by hls.js where the video has it and the
 * browser can, else the files of the page's <source>s. Both have one face:
 *
 *	levels()   [{ id, label }], the highest first; id 0 is "automatic"
 *	level      the id that was chosen; 0: automatic
 *	choose(id)
 *	playing()  the height of what is shown, 0: not known
 */
import Hls from "hls.js/light";
import { mirrored, mirrorsOf } from "./mirrors.js";

export { Hls };

const hlsType = "application/vnd.apple.mpegurl";
const retryPeriod = 3000;

/* Bounded, for by default a minute of HD is fetched that nobody may see. */
const bounds = {
	enableWorker: false,
	maxBufferLength: 30,
	maxMaxBufferLength: 60,
	maxBufferSize: 30 << 20,
	backBufferLength: 60,
	capLevelToPlayerSize: true,
};

function resolution({ width, height }) {
	return Math.min(width, height);
}

/* Goes on with another file at the same place. */
function load(video, url) {
	const { currentTime, paused, playbackRate } = video;

	video.src = url;
	video.addEventListener("loadedmetadata", () => {
		video.currentTime = currentTime;
		video.playbackRate = playbackRate;
	}, { once: true });
	if (!paused)
		video.play().catch(() => {});
}

function fileStream(video, files) {
	const first = video.dataset.file || video.currentSrc;
	const shown = files.find(file => file.url === first) || files[0];
	let level = shown ? shown.id : 0;

	return {
		levels: () => files.map(({ id, label }) => ({ id, label })),
		get level() { return level; },
		choose(id) {
			const file = files.find(one => one.id === id);

			if (!file)
				return;
			level = id;
			load(video, file.url);
		},
		playing: () => level,
	};
}

function hlsStream(hls) {
	const names = () => hls.levels.map((one, index) =>
		({ index, id: resolution(one) || index + 1 }));

	return {
		hls,
		levels: () => [{ id: 0, label: "" }, ...names()
			.sort((a, b) => b.id - a.id)
			.map(({ id }) => ({ id, label: `${id}p` }))],
		get level() {
			const found = names().find(one =>
				one.index === hls.manualLevel);

			return found ? found.id : 0;
		},
		choose(id) {
			const found = names().find(one => one.id === id);

			hls.nextLevel = found ? found.index : -1;
		},
		playing: () => hls.currentLevel < 0 ? 0 :
			resolution(hls.levels[hls.currentLevel]),
	};
}

/* Each address of the lists gets the token too. */
function withToken(url) {
	return url.includes("videoFileToken=") ?
		`${url}&reinjectVideoFileToken=true` : url;
}

/* hls.js stops for good after an error that it calls fatal: what the network
 * did is tried again for as long as the page is open, a decoder's error once
 * in a while; gives up by calling `fail`. */
function recover(hls, fail) {
	let lastMediaError = 0;

	hls.on(Hls.Events.ERROR, (event, { fatal, type, details }) => {
		if (!fatal)
			return;
		if (details.startsWith("manifest"))
			fail();
		else if (type === Hls.ErrorTypes.NETWORK_ERROR)
			setTimeout(() => hls.startLoad(), retryPeriod);
		else if (type === Hls.ErrorTypes.MEDIA_ERROR &&
				Date.now() - lastMediaError > 10000) {
			lastMediaError = Date.now();
			hls.recoverMediaError();
		} else
			fail();
	});
}

/* hls.js light knows one sound; a film with sound apart would be silent. */
function hasSoundApart(data) {
	return data.audioTracks.some(track => track.url);
}

/* Resolves to the HLS stream, or to undefined after the element has been given
 * back as it was. */
function tryHls(video, url, Player, options) {
	const { paused, currentTime } = video;
	const was = video.dataset.file || video.currentSrc;
	const mirrors = mirrorsOf(video, url);
	const hls = new Player({ ...bounds, startPosition: currentTime || -1,
		...mirrors && { loader: mirrored(Hls.DefaultConfig.loader, mirrors) },
		...options(mirrors) });

	return new Promise(resolve => {
		let isUp = false;
		const fail = () => {
			const place = video.currentTime || currentTime;
			const goesOn = isUp ? !video.paused : !paused;

			hls.destroy();
			if (video.cardume)
				video.cardume.hls = null;
			resolve(undefined);
			if (!was || was.startsWith("blob:"))
				return;
			load(video, was);
			video.addEventListener("loadedmetadata", () => {
				video.currentTime = place;
			}, { once: true });
			if (goesOn)
				video.play().catch(() => {});
		};

		recover(hls, fail);
		hls.on(Hls.Events.MANIFEST_LOADED, (event, data) => {
			if (hasSoundApart(data))
				fail();
		});
		hls.on(Hls.Events.MANIFEST_PARSED, () => {
			isUp = true;
			if (!paused)
				video.play().catch(() => {});
			resolve(hlsStream(hls));
		});
		hls.loadSource(withToken(url));
		hls.attachMedia(video);
	});
}

/* What the page says: { hls: URL or undefined, files: [{ id, label, url }] }. */
function pageSources(video) {
	const all = [...video.querySelectorAll("source")];
	const hls = all.find(source => source.type === hlsType);

	return {
		hls: hls && hls.src.split("#")[0],
		files: all.filter(source => source.dataset.resolution)
			.map(source => ({
				id: Number(source.dataset.resolution),
				label: `${source.dataset.resolution}p`,
				url: source.src,
			}))
			.sort((a, b) => b.id - a.id),
	};
}

/* data-file is the file that static/watch.js has taken out of the element.
 * `player`, `options`: another class than Hls and what to tell it, of the
 * mirrors (mirrorsOf()). */
export async function stream(video, player = Hls, options = () => ({})) {
	const { hls, files } = pageSources(video);
	const isTried = hls && Hls.isSupported();
	const found = isTried ?
		await tryHls(video, hls, player, options) : undefined;

	if (!isTried && video.dataset.file)
		load(video, video.dataset.file);
	return found || fileStream(video, files);
}
