/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Lets the page around an embedded video steer it, as @peertube/embed-api
 * does: calls and events as JSON texts by postMessage (Mozilla's jschannel),
 * where the frame's address says api=1. A classic script: a module would not
 * be fetched where the frame is sandboxed. Without it the video plays all the
 * same.
 *
 * Reference for names and values: PeerTube's embed API.
 */
"use strict";

(() => {
	const query = new URLSearchParams(location.search);
	const scope = query.get("scope") || "peertube";
	const rates = [0.5, 0.75, 1, 1.25, 1.5, 2];
	const statusPeriod = 500;
	let video = document.querySelector("video");
	let hasPlayed = false;

	function post(message) {
		parent.postMessage(JSON.stringify(message), "*");
	}

	function notify(event, params) {
		post({ method: `${scope}::${event}`, params });
	}

	function needsVideo() {
		if (!video)
			throw new Error("There is no video to play.");
		return video;
	}

	/* --- renditions: the player's, or the element's own sources ------- */

	function sources() {
		return [...needsVideo().querySelectorAll("source[data-resolution]")];
	}

	/* -1: the one that suits, as PeerTube numbers it. */
	function playersResolutions({ level, levels, playing }) {
		return levels().map(({ id, label }) => ({
			id: id || -1,
			label: id ? label : "auto",
			active: id === (level || playing()),
			width: video.videoWidth,
			height: video.videoHeight,
		})).sort((a, b) => b.id - a.id);
	}

	function resolutions() {
		if (needsVideo().cardume)
			return playersResolutions(video.cardume);
		return sources().map(source => ({
			id: Number(source.dataset.resolution),
			label: `${source.dataset.resolution}p`,
			active: source.src.split("#")[0] ===
				video.currentSrc.split("#")[0],
			width: video.videoWidth,
			height: video.videoHeight,
		}));
	}

	function setResolution(id) {
		if (needsVideo().cardume) {
			video.cardume.choose(Math.max(id, 0));
			notify("resolutionUpdate", resolutions());
			return;
		}
		const list = sources();
		const source = list.find(one =>
			Number(one.dataset.resolution) === id) || list[0];
		const time = video.currentTime;
		const wasPlaying = !video.paused;

		if (!source)
			return;
		video.src = source.src;
		video.addEventListener("loadedmetadata", () => {
			video.currentTime = time;
			notify("resolutionUpdate", resolutions());
		}, { once: true });
		if (wasPlaying)
			return video.play();
	}

	/* --- captions ---------------------------------------------------- */

	function captions() {
		return [...needsVideo().querySelectorAll("track")].map(track => ({
			id: track.srclang,
			label: track.label,
			src: track.src,
			mode: track.track.mode,
		}));
	}

	function setCaption(id) {
		for (const track of needsVideo().querySelectorAll("track"))
			track.track.mode =
				track.srclang === id ? "showing" : "disabled";
	}

	/* --- passwords --------------------------------------------------- */

	async function call(path, method, password) {
		const answer = await fetch(`/api/v1/videos/${path}`, {
			method,
			headers: { "x-peertube-video-password": password },
		});

		if (!answer.ok)
			throw new Error("The password is not right.");
		return answer.json();
	}

	/* No cookie comes back to us in a foreign frame: a token in the files'
	 * addresses opens them. */
	async function setVideoPassword(password) {
		const id = location.pathname.split("/").filter(Boolean).pop();
		const { files: { token } } =
			await call(`${id}/token`, "POST", password);
		const details = await call(id, "GET", password);
		const files = details.files.length ? details.files :
			details.streamingPlaylists.flatMap(list => list.files);

		video = document.createElement("video");
		video.controls = true;
		video.playsInline = true;
		for (const file of files) {
			const source = document.createElement("source");

			source.src = `${file.fileUrl}?videoFileToken=${token}`;
			source.type = "video/mp4";
			source.dataset.resolution = file.resolution.id;
			video.append(source);
		}
		document.querySelector(".stage").replaceWith(video);
		watch();
	}

	/* --- pictures ---------------------------------------------------- */

	function getImageDataUrl() {
		const canvas = document.createElement("canvas");

		canvas.width = needsVideo().videoWidth;
		canvas.height = video.videoHeight;
		canvas.getContext("2d").drawImage(video, 0, 0);
		return canvas.toDataURL("image/jpeg");
	}

	/* --- calls ------------------------------------------------------- */

	const methods = {
		isReady: () => true,
		isPlaying: () => !needsVideo().paused && !video.ended,
		play: () => needsVideo().play(),
		pause: () => needsVideo().pause(),
		seek: time => { needsVideo().currentTime = time; },
		getCurrentTime: () => needsVideo().currentTime,
		getVolume: () => needsVideo().muted ? 0 : video.volume,
		setVolume: volume => {
			needsVideo().volume = Math.min(Math.max(volume, 0), 1);
			video.muted = volume <= 0;
		},
		getResolutions: resolutions,
		setResolution,
		getCaptions: captions,
		setCaption,
		getPlaybackRates: () => rates,
		getPlaybackRate: () => needsVideo().playbackRate,
		setPlaybackRate: rate => { needsVideo().playbackRate = rate; },
		/* One video is a list of one. */
		playNextVideo: () => undefined,
		playPreviousVideo: () => undefined,
		getCurrentPosition: () => 1,
		setVideoPassword,
		getImageDataUrl,
	};

	async function answer(id, method, params) {
		try {
			if (!Object.hasOwn(methods, method))
				throw new Error(`There is no method ${method}.`);
			const result = await methods[method](params);

			post({ id, result: result === undefined ? null : result });
		} catch (error) {
			post({ id, error: "runtime_error",
				message: String(error.message || error) });
		}
	}

	function greet(type) {
		notify("__ready", { type, publish: [] });
	}

	function receive(event) {
		let message;

		if (event.source !== parent || typeof event.data !== "string")
			return;
		try {
			message = JSON.parse(event.data);
		} catch {
			return;
		}
		if (!message || typeof message.method !== "string" ||
				!message.method.startsWith(`${scope}::`))
			return;
		const method = message.method.slice(scope.length + 2);

		if (method === "__ready") {
			if (message.params && message.params.type === "publish-request")
				greet("publish-reply");
			notify("ready", true);
		} else if (message.id !== undefined) {
			answer(message.id, method, message.params);
		}
	}

	/* --- events ------------------------------------------------------ */

	function playbackState() {
		if (video.ended)
			return "ended";
		if (!video.paused)
			return "playing";
		return hasPlayed ? "paused" : "unstarted";
	}

	function tellStatus() {
		if (!video)
			return;
		notify("playbackStatusUpdate", {
			position: video.currentTime,
			volume: video.volume,
			/* A text, as PeerTube has it. */
			duration: String(video.duration || 0),
			playbackState: playbackState(),
		});
	}

	function watch() {
		const tell = (event, state) => video.addEventListener(event, () => {
			hasPlayed = true;
			notify("playbackStatusChange", state);
		});

		tell("play", "playing");
		tell("pause", "paused");
		tell("ended", "ended");
		video.addEventListener("play", () => notify("play"));
		video.addEventListener("pause", () => notify("pause"));
		video.addEventListener("volumechange", () =>
			notify("volumeChange", methods.getVolume()));
		video.addEventListener("loadedmetadata", () =>
			notify("resolutionUpdate", resolutions()));
	}

	if (query.get("api") !== "1" || parent === window)
		return;
	if (video)
		watch();
	addEventListener("message", receive);
	setInterval(tellStatus, statusPeriod);
	greet("publish-request");
})();
