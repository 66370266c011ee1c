/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Where one is in the film: told to the server while it plays (PeerTube's
 * pings of viewers, from which views are counted; of who is signed in, their
 * history), remembered here of who is not, and gone on from the next time.
 */
import { memory } from "./memory.js";

const period = 10000;
const most = 100;
const edge = 10;

/* Not what is hardly begun or as good as over. */
function isWorth({ duration, dataset }, place) {
	return place >= edge && place < (duration || dataset.length) - edge;
}

function keep(video) {
	const id = video.dataset.video;
	const others = (memory.get("places") || []).filter(one => one[0] !== id);
	const place = Math.floor(video.currentTime);

	memory.set("places", (isWorth(video, place) ? [[id, place]] : [])
		.concat(others).slice(0, most));
}

function kept({ dataset }) {
	if (dataset.csrf)
		return Number(dataset.place || 0);
	const found = (memory.get("places") || [])
		.find(one => one[0] === dataset.video);

	return found ? found[1] : 0;
}

function post(url, body) {
	fetch(url, { method: "POST", body, keepalive: true }).catch(() => {});
}

function tell(video, isSeek) {
	const { video: id, page, csrf } = video.dataset;
	const body = new URLSearchParams({
		currentTime: String(Math.floor(video.currentTime)),
		...isSeek && { viewEvent: "seek" },
	});

	if (csrf)
		body.set("csrf", csrf);
	post(csrf ? `${page}/watching` : `/api/v1/videos/${id}/views`, body);
}

function hours(seconds) {
	const parts = [seconds / 3600, seconds / 60 % 60, seconds % 60]
		.map(part => String(Math.floor(part)).padStart(2, "0"));

	return parts.join(":").replace(/^00:/, "");
}

/* Says so, and how to go back. */
function announce(video, bar, place) {
	const note = bar && bar.querySelector("[data-do=resumed]");

	if (!note)
		return;
	note.querySelector("[data-do=place]").textContent = hours(place);
	note.querySelector("button").addEventListener("click", () => {
		video.currentTime = 0;
		note.hidden = true;
	});
	note.hidden = false;
}

/* Called before the film is loaded anew: the place to begin, or undefined. */
export function placeToBegin(video) {
	const place = kept(video);

	return video.currentTime < 3 && !/#t=/.test(video.currentSrc) &&
		isWorth(video, place) ? place : undefined;
}

export function followPlace(video, bar, begun) {
	let last = 0;
	const now = () => {
		last = Date.now();
		tell(video);
		if (!video.dataset.csrf)
			keep(video);
	};

	if (!video.dataset.video)
		return;
	if (begun)
		announce(video, bar, begun);
	video.addEventListener("timeupdate", () => {
		if (!video.paused && Date.now() - last >= period)
			now();
	});
	video.addEventListener("seeked", () => tell(video, true));
	video.addEventListener("pause", now);
	video.addEventListener("ended", now);
}
