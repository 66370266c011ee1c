/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Keys of the watch page, where no text is being written; a switch of the bar
 * turns them off (WCAG 2.1.4). They come before the browser's own, so that
 * none counts twice.
 */
import { memory } from "./memory.js";
import { goTo } from "./series.js";

const frame = 1 / 25;

function seek(video, seconds) {
	video.currentTime = Math.min(Math.max(video.currentTime + seconds, 0),
		video.duration || 0);
}

function volume(video, change) {
	video.volume = Math.min(Math.max(video.volume + change, 0), 1);
	video.muted = false;
}

function speed(video, change) {
	video.playbackRate =
		Math.min(Math.max(video.playbackRate + change, 0.25), 3);
}

function step(video, seconds) {
	video.pause();
	seek(video, seconds);
}

function captions(video) {
	const tracks = [...video.textTracks];
	const isOn = tracks.some(track => track.mode === "showing");
	const first = tracks.find(track =>
		track.language === document.documentElement.lang) || tracks[0];

	for (const track of tracks)
		track.mode = !isOn && track === first ? "showing" : "disabled";
}

function fullScreen(video) {
	const done = document.fullscreenElement ? document.exitFullscreen() :
		video.requestFullscreen && video.requestFullscreen();

	if (done)
		done.catch(() => {});
}

function press(bar, name) {
	const button = bar && bar.querySelector(`[data-do=${name}]`);

	if (button)
		button.click();
}

function actions(video, bar) {
	const toggle = () => video.paused ? video.play().catch(() => {}) :
		video.pause();

	return {
		" ": toggle,
		k: toggle,
		ArrowLeft: () => seek(video, -5),
		ArrowRight: () => seek(video, 5),
		j: () => seek(video, -10),
		l: () => seek(video, 10),
		ArrowUp: () => volume(video, 0.05),
		ArrowDown: () => volume(video, -0.05),
		m: () => { video.muted = !video.muted; },
		f: () => fullScreen(video),
		t: () => press(bar, "theatre"),
		i: () => press(bar, "picture"),
		c: () => captions(video),
		n: () => goTo("next"),
		p: () => goTo("prev"),
		"<": () => speed(video, -0.25),
		">": () => speed(video, 0.25),
		",": () => step(video, -frame),
		".": () => step(video, frame),
	};
}

/* Space and arrows scroll the page and move in controls: they are the film's
 * only where nothing else has the focus. */
function isTaken(video, event) {
	const { target, key } = event;

	if (event.defaultPrevented || event.ctrlKey || event.altKey ||
			event.metaKey || target.isContentEditable ||
			target.closest("input, textarea, select"))
		return true;
	return / |Arrow/.test(key) && target !== video &&
		target !== document.body && target.id !== "main";
}

export function addKeys(video, bar) {
	const does = actions(video, bar);
	const box = bar && bar.querySelector("[data-do=keys]");

	if (box) {
		box.checked = memory.get("keys") !== false;
		box.addEventListener("change", () => memory.set("keys", box.checked));
	}
	document.addEventListener("keydown", event => {
		const { key } = event;
		const action = /^[0-9]$/.test(key) ?
			() => { video.currentTime = video.duration * key / 10; } :
			does[key.length === 1 ? key.toLowerCase() : key];

		if (!action || isTaken(video, event) || box && !box.checked)
			return;
		event.preventDefault();
		event.stopPropagation();
		action();
	}, true);
}
