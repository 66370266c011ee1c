/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Loads the player (player.js) when the page's video is played, or when the
 * browser can play none of its files by itself. A classic script, for sandboxed
 * frames.
 */
"use strict";

(() => {
	const video = document.querySelector("video");
	let isAsked = false;

	async function load() {
		if (isAsked)
			return;
		isAsked = true;
		try {
			const { attach } = await import("./player.js");

			await attach(video);
		} catch (error) {
			console.warn(error);
		}
	}

	/* Of what is known when the page has been loaded and after it. */
	function loadWhereNothingPlays() {
		if (video.networkState === video.NETWORK_NO_SOURCE)
			load();
	}

	if (!video)
		return;
	video.addEventListener("play", load);
	if (!video.paused)
		load();
	addEventListener("load", () => {
		loadWhereNothingPlays();
		video.querySelectorAll("source").forEach(source =>
			source.addEventListener("error", loadWhereNothingPlays));
	});
})();
