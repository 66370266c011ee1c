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

	/* What the browser would play by itself. */
	function plainFile() {
		return [...video.querySelectorAll("source")].find(({ type }) =>
			video.canPlayType(type));
	}

	/* The file that plays without the player is not loaded where the player
	 * will very likely play the pieces of it, from their beginning. */
	function leaveFile() {
		const file = video.currentSrc || plainFile()?.src;

		if (video.dataset.file || !file || file.includes("#") ||
				!video.querySelector("source[type='application/vnd.apple.mpegurl']") ||
				!window.MediaSource || video.currentTime)
			return;
		const isPlaying = !video.paused;

		video.dataset.file = file;
		video.src = URL.createObjectURL(new MediaSource());
		if (isPlaying)
			video.play().catch(() => {});
	}

	function goBack() {
		if (!video.dataset.file || !video.src.startsWith("blob:"))
			return;
		const { paused } = video;

		video.src = video.dataset.file;
		if (!paused)
			video.play().catch(() => {});
	}

	async function load() {
		if (isAsked)
			return;
		isAsked = true;
		leaveFile();
		if (video.dataset.tracker)
			import("./p2p.js").catch(() => {});
		try {
			const { attach } = await import("./player.js");

			await attach(video);
		} catch (error) {
			console.warn(error);
			goBack();
		}
	}

	/* Of what is known when the page has been loaded and after it. */
	function loadWhereNothingPlays() {
		if (video.networkState === video.NETWORK_NO_SOURCE)
			load();
	}

	if (!video)
		return;
	if (!video.autoplay)
		leaveFile();
	video.addEventListener("play", load);
	if (!video.paused)
		load();
	addEventListener("load", () => {
		loadWhereNothingPlays();
		video.querySelectorAll("source").forEach(source =>
			source.addEventListener("error", loadWhereNothingPlays));
	});
})();
