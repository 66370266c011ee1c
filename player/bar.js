/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The row of controls that a browser's own lack: the page has it, in its
 * language, as <template id="player-bar">. Each control is found by its
 * data-do; what cannot be done here is taken out.
 */
import { memory } from "./memory.js";

const speeds = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 3];

function option(value, text) {
	return new Option(text, value);
}

/* What is chosen, and beside "automatic" what plays. */
function showQuality(select, stream) {
	const playing = stream.playing();
	const automatic = select.querySelector("option[value='0']");

	select.value = String(stream.level);
	if (automatic)
		automatic.textContent = select.dataset.automatic +
			(playing && !stream.level ? ` (${playing}p)` : "");
}

function addQuality(select, video) {
	const stream = video.cardume;
	const levels = stream.levels();

	if (levels.filter(({ id }) => id).length < 2) {
		select.closest("p").remove();
		return;
	}
	select.append(...levels.map(({ id, label }) =>
		option(id, label || select.dataset.automatic)));
	select.addEventListener("change", () => stream.choose(Number(select.value)));
	video.addEventListener("resize", () => showQuality(select, stream));
	showQuality(select, stream);
}

function addSpeed(select, video) {
	const show = () => { select.value = String(video.playbackRate); };

	select.append(...speeds.map(speed => option(speed, `${speed}×`)));
	select.addEventListener("change", () => {
		video.playbackRate = Number(select.value);
	});
	video.addEventListener("ratechange", () => {
		memory.set("speed", video.playbackRate);
		show();
	});
	if (speeds.includes(memory.get("speed")))
		video.playbackRate = memory.get("speed");
	show();
}

function addPicture(button, video) {
	if (!document.pictureInPictureEnabled) {
		button.remove();
		return;
	}
	button.addEventListener("click", () => {
		const done = document.pictureInPictureElement ?
			document.exitPictureInPicture() :
			video.requestPictureInPicture();

		done.catch(() => {});
	});
}

/* A wide film above everything else, where the page has room for it. */
function addTheatre(button) {
	const frame = document.querySelector(".watch");
	const show = isWide => {
		frame.classList.toggle("theatre", isWide);
		button.setAttribute("aria-pressed", isWide);
	};

	if (!frame) {
		button.remove();
		return;
	}
	button.addEventListener("click", () => {
		memory.set("theatre", !memory.get("theatre"));
		show(memory.get("theatre"));
	});
	show(Boolean(memory.get("theatre")));
}

/* The row, put beside the film; undefined where the page has none. */
export function addBar(video) {
	const template = document.querySelector("#player-bar");

	if (!template)
		return undefined;
	const bar = template.content.firstElementChild.cloneNode(true);
	const control = name => bar.querySelector(`[data-do=${name}]`);

	addQuality(control("quality"), video);
	addSpeed(control("speed"), video);
	addPicture(control("picture"), video);
	addTheatre(control("theatre"));
	video.after(bar);
	return bar;
}
